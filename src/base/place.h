/* What a name stands for. Every name that comes from a user and is opened goes through here. */
#ifndef WDSCAN_PLACE_H
#define WDSCAN_PLACE_H

#include "wdscan/status.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum wd_place {
  WD_PLACE_NOTHING,
  WD_PLACE_FILE,
  WD_PLACE_FOLDER,
  WD_PLACE_PIPE,
  WD_PLACE_DEVICE,
  WD_PLACE_SOCKET
};

/* Of what the name leads to, symbolic links followed; WD_PLACE_NOTHING also where it cannot be reached. */
int wd_place_of(const char *name);

/* "a file", "a folder", "a pipe", "a device", ... */
const char *wd_place_text(int place);

/* The file that is meant by `name`, into path[size]: where it is a symbolic link, the link's target, whether that exists
 * already or not; else `name` itself. Errors: WD_ERR_IO for links that lead nowhere or in a circle. */
int wd_place_target(const char *name, char *path, size_t size, wd_error *err);

/* Opens an input: a file, a terminal, the null device, or a pipe into which somebody writes within a second. Errors: WD_ERR_IO:
 * "NAME: `what`REASON". The caller closes *file. */
int wd_place_open_input(const char *what, const char *name, FILE **file, wd_error *err);

#endif
