/* Values of configuration keys: from YAML into wd_config and back to text. */
#ifndef WDSCAN_VALUE_H
#define WDSCAN_VALUE_H

#include "config/keys.h"
#include "config/mistakes.h"
#include "config/yaml.h"

/* Stores the value at `node` as the key's; if it is none, adds why to `mistakes` and returns false. */
bool wd_value_read(const wd_key *key, const wd_yaml_node *node, wd_config *config, wd_mistakes *mistakes);

/* Stores a text as it is, without YAML. */
bool wd_value_read_text(const wd_key *key, const char *text, wd_config *config, wd_mistakes *mistakes);

/* Writes the value as YAML that reads back to the same value. */
void wd_value_write(const wd_key *key, const wd_config *config, FILE *out);

/* The same as a malloc'ed string; NULL: out of memory. */
char *wd_value_text(const wd_key *key, const wd_config *config);

#endif
