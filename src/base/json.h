/* A small JSON writer: one object or array at a time, doubles at 17 digits, NaN and infinity as null. */
#ifndef WDSCAN_JSON_H
#define WDSCAN_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct wd_json {
  FILE *out;
  int depth;
  bool first; /* no element written yet at this depth */
} wd_json;

/* `key` is NULL inside arrays and for the outermost object. */
void wd_json_begin(wd_json *json, FILE *out);
void wd_json_object(wd_json *json, const char *key);
void wd_json_array(wd_json *json, const char *key);
void wd_json_end_object(wd_json *json);
void wd_json_end_array(wd_json *json);
void wd_json_double(wd_json *json, const char *key, double value);
void wd_json_int(wd_json *json, const char *key, int64_t value);
void wd_json_bool(wd_json *json, const char *key, bool value);
void wd_json_string(wd_json *json, const char *key, const char *value);
void wd_json_doubles(wd_json *json, const char *key, const double *values, size_t n);
/* Ends the line after the outermost object. */
void wd_json_finish(wd_json *json);

#endif
