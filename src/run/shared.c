/* What only rank 0 reads, for all ranks; see run/shared.h. */
#include "run/shared.h"

#include "run/launcher.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int wd_shared_text(const wd_session *session, int status, char **text, size_t *length, wd_error *err) {
  bool root = session->rank == 0;
  uint64_t size = root && !status ? *length : 0;
  status = wd_session_agree(session, root ? status : WD_OK, err);
  if (status) return status;
  MPI_Bcast(&size, 1, MPI_UINT64_T, 0, session->comm);
  if (!root) *text = malloc(size + 1);
  if (!*text)
    status = wd_fail(err, WD_ERR_MEMORY, "out of memory for a text of %llu bytes", (unsigned long long)size);
  status = wd_session_agree(session, status, err);
  if (status) return status;
  const size_t most = 1 << 30; /* of a message, whose length is an int */
  for (uint64_t sent = 0; sent < size;) {
    uint64_t left = size - sent, now = left < most ? left : most;
    MPI_Bcast(*text + sent, (int)now, MPI_BYTE, 0, session->comm);
    sent += now;
  }
  *length = size;
  return WD_OK;
}

void wd_shared_config_read(wd_shared_config *config, const char *path) {
  *config = (wd_shared_config){.text = NULL};
  if (wd_launcher_rank() == 0)
    config->status = wd_config_read(path, &config->text, &config->length, &config->error);
}

void wd_shared_config_free(wd_shared_config *config) {
  free(config->text);
  config->text = NULL;
}

/* Rank 0: is the file what it was at the first look? What can be read once only is not asked. */
static int check_unchanged(const wd_shared_config *config, const char *path, wd_error *err) {
  struct stat info;
  char *text;
  size_t length;
  if (strcmp(path, "-") == 0 || stat(path, &info) || !S_ISREG(info.st_mode)) return WD_OK;
  int status = wd_config_read(path, &text, &length, err);
  if (status) return status;
  bool same = length == config->length && memcmp(text, config->text, length) == 0;
  free(text);
  return same ? WD_OK
              : wd_fail(err, WD_ERR_CONFIG,
                        "%s has changed while the ranks were starting; start again with what is meant", path);
}

/* Makes rank 0's configuration, and the name it has there, that of all. Collective. */
static int share(const wd_session *session, wd_shared_config *config, const char *path, char **name,
                 wd_error *err) {
  bool root = session->rank == 0;
  int status = root ? config->status : WD_OK;
  if (status && err) *err = config->error;
  if (root && !status && !config->text) /* the launcher's variables did not say that this is rank 0 */
    status = wd_config_read(path, &config->text, &config->length, err);
  if (root && !status && session->size > 1) status = check_unchanged(config, path, err);
  if (!root) wd_shared_config_free(config);
  status = wd_shared_text(session, status, &config->text, &config->length, err);
  size_t length = strlen(path) + 1;
  *name = root ? strdup(path) : NULL;
  if (!status)
    status = wd_shared_text(session, root && !*name ? wd_fail(err, WD_ERR_MEMORY, "out of memory") : WD_OK,
                            name, &length, err);
  return status;
}

int wd_shared_settings(const wd_session *session, wd_shared_config *config, const wd_config_source *source,
                       wd_settings **out, wd_error *err) {
  char *name = NULL;
  int status = share(session, config, source->path, &name, err);
  if (status) {
    free(name);
    return status;
  }
  status = wd_settings_create(out, err);
  if (!status && strcmp(name, source->path) == 0)
    status = wd_settings_load_text(*out, source, config->text, config->length, err);
  else if (!status)
    status = wd_settings_load(*out, source->path, source->assignments, source->count, source->output, err);
  free(name);
  return wd_session_agree(session, status, err);
}
