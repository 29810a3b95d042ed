/* Private words and paths in texts; see base/privacy.h. */
#include "base/privacy.h"

#include <ctype.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum kind { PATH, USER, HOST };

typedef struct hidden {
  enum kind kind;
  char *text;
} hidden;

struct wd_privacy {
  char *home; /* without a slash at its end; NULL: none */
  hidden *list;
  size_t count;
};

/* --- What is hidden --- */

static int hide(wd_privacy *p, enum kind kind, const char *text, size_t length, wd_error *err) {
  if (length < 2) return WD_OK;
  hidden *more = realloc(p->list, (p->count + 1) * sizeof *more);
  if (!more) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a report");
  p->list = more;
  char *copy = strndup(text, length);
  if (!copy) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a report");
  p->list[p->count++] = (hidden){kind, copy};
  return WD_OK;
}

int wd_privacy_hide_path(wd_privacy *p, const char *path, wd_error *err) {
  return hide(p, PATH, path, strchr(path, '/') ? strlen(path) : 0, err);
}

/* "node7.cluster.edu", "node7" and "cluster.edu". */
int wd_privacy_hide_host(wd_privacy *p, const char *host, wd_error *err) {
  const size_t name = strcspn(host, ".");
  int status = hide(p, HOST, host, strlen(host), err);
  if (status || host[name] == '\0') return status;
  status = hide(p, HOST, host, name, err);
  const char *domain = host + name + 1;
  return status || !strchr(domain, '.') ? status : hide(p, HOST, domain, strlen(domain), err);
}

static int hide_user(wd_privacy *p, const char *name, wd_error *err) {
  return name ? hide(p, USER, name, strlen(name), err) : WD_OK;
}

/* The folder, and its name, which is the user's as a rule. */
static int hide_home(wd_privacy *p, const char *home, wd_error *err) {
  size_t length = home ? strlen(home) : 0;
  while (length > 0 && home[length - 1] == '/') length--;
  if (length == 0) return WD_OK;
  p->home = strndup(home, length);
  if (!p->home) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a report");
  int status = wd_privacy_hide_path(p, p->home, err);
  const char *name = strrchr(p->home, '/');
  return status ? status : hide_user(p, name ? name + 1 : NULL, err);
}

static int hide_this_process(wd_privacy *p, wd_error *err) {
  const struct passwd *entry = getpwuid(getuid());
  const char *home = getenv("HOME");
  char host[256] = "", *folder = getcwd(NULL, 0);
  gethostname(host, sizeof host - 1);
  int status = hide_home(p, home || !entry ? home : entry->pw_dir, err);
  if (!status && folder) status = wd_privacy_hide_path(p, folder, err);
  if (!status && entry) status = hide_user(p, entry->pw_name, err);
  if (!status) status = hide_user(p, getenv("USER"), err);
  if (!status) status = hide_user(p, getenv("LOGNAME"), err);
  if (!status) status = wd_privacy_hide_host(p, host, err);
  free(folder);
  return status;
}

int wd_privacy_create(wd_privacy **out, wd_error *err) {
  wd_privacy *p = calloc(1, sizeof *p);
  if (!p) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a report");
  int status = hide_this_process(p, err);
  if (status)
    wd_privacy_free(p);
  else
    *out = p;
  return status;
}

void wd_privacy_free(wd_privacy *privacy) {
  if (!privacy) return;
  for (size_t i = 0; i < privacy->count; i++) free(privacy->list[i].text);
  free(privacy->list);
  free(privacy->home);
  free(privacy);
}

/* --- A text --- */

static bool in_path(char c) {
  return isalnum((unsigned char)c) || (c && strchr("_.~-+/%@", c)) || (unsigned char)c >= 0x80;
}

/* May a path begin here? Also behind an option of one letter, as in -I/opt/include. */
static bool path_may_begin(const char *text, size_t i) {
  if (i == 0 || !in_path(text[i - 1])) return true;
  return i > 1 && isalpha((unsigned char)text[i - 1]) && text[i - 2] == '-' &&
         (i == 2 || !in_path(text[i - 3]));
}

/* The length of the longest hidden path that `text` begins with, as a whole or as a folder; 0: none. */
static size_t known_path(const wd_privacy *p, const char *text) {
  size_t longest = 0;
  for (size_t k = 0; k < p->count; k++) {
    const size_t n = strlen(p->list[k].text);
    if (p->list[k].kind != PATH || n <= longest || strncmp(text, p->list[k].text, n) != 0) continue;
    if (text[n] == '/' || !in_path(text[n])) longest = n;
  }
  return longest;
}

/* How long the path at text[i] is; 0: there is none. What is in quotes may have blanks. */
static size_t path_at(const wd_privacy *p, const char *text, size_t i) {
  if (!path_may_begin(text, i)) return 0;
  const size_t known = known_path(p, text + i);
  if (known == 0 && text[i] != '/') return 0;
  const char before = i > 0 ? text[i - 1] : '\0', quote[] = {before, '\n', '\0'};
  const bool quoted = before == '"' || before == '\'';
  return known + strcspn(text + i + known, quoted ? quote : " \t\n\"'`:,;()[]{}<>=|");
}

/* Writes what stands for the folder of a path, and returns how long that is; 0: it is not hidden. */
static size_t write_folder(const wd_privacy *p, const char *path, size_t length, FILE *out) {
  const size_t home = p->home ? strlen(p->home) : 0;
  const bool below = home > 0 && length >= home && strncmp(path, p->home, home) == 0;
  if (below && length == home) {
    putc('~', out);
    return length;
  }
  size_t folder = length;
  while (folder > 0 && path[folder - 1] != '/') folder--;
  if (folder < 2) return 0;
  fputs(below && path[home] == '/' ? "~/.../" : ".../", out);
  return folder;
}

/* The hidden word at text[i], with no letter before or behind it; NULL: none. */
static const hidden *word_at(const wd_privacy *p, const char *text, size_t i) {
  const hidden *longest = NULL;
  if (i > 0 && isalpha((unsigned char)text[i - 1])) return NULL;
  for (const hidden *h = p->list; h < p->list + p->count; h++) {
    const size_t n = strlen(h->text);
    if (h->kind == PATH || strncmp(text + i, h->text, n) != 0 || isalpha((unsigned char)text[i + n]))
      continue;
    if (!longest || n > strlen(longest->text)) longest = h;
  }
  return longest;
}

/* The length of "name@host" at text[i], as MPI libraries say who has built them; 0: there is none. */
static size_t address_at(const char *text, size_t i) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  if (i > 0 && strchr(letters, text[i - 1])) return 0;
  const size_t name = strspn(text + i, letters);
  if (name == 0 || text[i + name] != '@') return 0;
  const size_t host = strspn(text + i + name + 1, letters);
  return host ? name + 1 + host : 0;
}

/* Writes what stands for the private thing at text[i], and returns how long that is; 0: there is none. */
static size_t write_instead(const wd_privacy *p, const char *text, size_t i, FILE *out) {
  const size_t path = path_at(p, text, i), folder = path ? write_folder(p, text + i, path, out) : 0;
  if (folder) return folder;
  const size_t address = address_at(text, i);
  if (address) {
    fputs("USER@HOST", out);
    return address;
  }
  const hidden *word = word_at(p, text, i);
  if (!word) return 0;
  fputs(word->kind == USER ? "USER" : "HOST", out);
  return strlen(word->text);
}

void wd_privacy_write(const wd_privacy *p, const char *text, FILE *out) {
  for (size_t i = 0; text[i];) {
    const size_t length = write_instead(p, text, i, out);
    if (length == 0) putc(text[i], out);
    i += length ? length : 1;
  }
}
