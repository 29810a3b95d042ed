/* Linear systems of equations that join neighbours only, with three unknowns at each place. */
#ifndef WDSCAN_BLOCKS_H
#define WDSCAN_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>

enum { WD_UNKNOWNS = 3 };

/* Row of blocks: below x[i-1] + here x[i] + above x[i+1] = right[i]. */
typedef struct wd_block_row {
  double below[WD_UNKNOWNS][WD_UNKNOWNS], here[WD_UNKNOWNS][WD_UNKNOWNS], above[WD_UNKNOWNS][WD_UNKNOWNS];
  double right[WD_UNKNOWNS];
} wd_block_row;

/* Solves the system by elimination, pivots within a row of blocks; right[i] becomes x[i], the rest is overwritten.
 * False if a pivot vanishes or is not finite. */
bool wd_blocks_solve(wd_block_row *row, size_t rows);

#endif
