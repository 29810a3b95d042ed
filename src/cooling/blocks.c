/* Block-tridiagonal elimination (Thomas); see cooling/blocks.h. */
#include "cooling/blocks.h"

#include <math.h>

enum { N = WD_UNKNOWNS };

/* Gauss-Jordan: makes `here` the unit matrix and applies its inverse to `above` and `right`. */
static bool normalise(wd_block_row *r) {
  for (int c = 0; c < N; c++) {
    int pivot = c;
    for (int i = c + 1; i < N; i++)
      if (fabs(r->here[i][c]) > fabs(r->here[pivot][c])) pivot = i;
    const double p = r->here[pivot][c];
    if (!(fabs(p) > 0) || !isfinite(p)) return false;
    for (int j = 0; j < N; j++) {
      double h = r->here[pivot][j], a = r->above[pivot][j];
      r->here[pivot][j] = r->here[c][j], r->above[pivot][j] = r->above[c][j];
      r->here[c][j] = h / p, r->above[c][j] = a / p;
    }
    double b = r->right[pivot];
    r->right[pivot] = r->right[c], r->right[c] = b / p;
    for (int i = 0; i < N; i++) {
      if (i == c) continue;
      const double f = r->here[i][c];
      for (int j = 0; j < N; j++) r->here[i][j] -= f * r->here[c][j], r->above[i][j] -= f * r->above[c][j];
      r->right[i] -= f * r->right[c];
    }
  }
  return true;
}

bool wd_blocks_solve(wd_block_row *row, size_t rows) {
  for (size_t i = 0; i < rows; i++) {
    wd_block_row *r = &row[i];
    for (int a = 0; i > 0 && a < N; a++)
      for (int c = 0; c < N; c++) {
        for (int b = 0; b < N; b++) r->here[a][b] -= r->below[a][c] * row[i - 1].above[c][b];
        r->right[a] -= r->below[a][c] * row[i - 1].right[c];
      }
    if (!normalise(r)) return false;
  }
  for (size_t i = rows - 1; i-- > 0;)
    for (int a = 0; a < N; a++)
      for (int c = 0; c < N; c++) row[i].right[a] -= row[i].above[a][c] * row[i + 1].right[c];
  return true;
}
