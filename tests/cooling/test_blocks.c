/* Block-tridiagonal systems: what was put in comes out, residuals of random ones, what has no solution is refused. */
#include "testing.h"

#include "cooling/blocks.h"

enum { N = WD_UNKNOWNS, ROWS_MAX = 60 };

/* Between -1 and 1, the same everywhere. */
static double next_random(void) {
  static uint64_t state = 20240711;
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (double)(state >> 11) * 0x1p-52 - 1;
}

static void randomise(double block[N][N], double scale) {
  for (int a = 0; a < N; a++)
    for (int b = 0; b < N; b++) block[a][b] = scale * next_random();
}

/* The left-hand side of row i for x. */
static void multiply(const wd_block_row *row, size_t rows, size_t i, double x[][N], double out[N]) {
  for (int a = 0; a < N; a++) {
    out[a] = 0;
    for (int b = 0; b < N; b++) {
      if (i > 0) out[a] += row[i].below[a][b] * x[i - 1][b];
      out[a] += row[i].here[a][b] * x[i][b];
      if (i + 1 < rows) out[a] += row[i].above[a][b] * x[i + 1][b];
    }
  }
}

/* 2000 random systems of 1 to 60 rows, whose solution is known; the diagonal blocks have zeros on their diagonals, so
 * that there is no way without pivots. What would be outside the system is not a number. */
static void random_systems(void **state) {
  (void)state;
  static wd_block_row row[ROWS_MAX];
  double x[ROWS_MAX][N];
  for (size_t trial = 0; trial < 2000; trial++) {
    const size_t rows = 1 + trial % ROWS_MAX;
    for (size_t i = 0; i < rows; i++) {
      randomise(row[i].below, 0.3), randomise(row[i].above, 0.3), randomise(row[i].here, 0.1);
      for (int a = 0; a < N; a++) {
        row[i].here[a][a] = 0;
        row[i].here[a][(a + 1) % N] = 3 + next_random();
        x[i][a] = next_random();
      }
    }
    for (size_t i = 0; i < rows; i++) multiply(row, rows, i, x, row[i].right);
    for (int a = 0; a < N; a++)
      for (int b = 0; b < N; b++) row[0].below[a][b] = row[rows - 1].above[a][b] = NAN;
    assert_true(wd_blocks_solve(row, rows));
    for (size_t i = 0; i < rows; i++)
      for (int a = 0; a < N; a++) assert_true(fabs(row[i].right[a] - x[i][a]) < 1e-13);
  }
}

/* Heat through 1000 layers: -x[i-1] + 2 x[i] - x[i+1] = 1 for each of the unknowns, each with a scale of its own, has
 * the solution (i + 1)(n - i)/2. */
static void parabola(void **state) {
  (void)state;
  enum { ROWS = 1000 };
  const double scale[N] = {1e-20, 1, 1e30};
  wd_block_row *row = calloc(ROWS, sizeof *row);
  assert_non_null(row);
  for (size_t i = 0; i < ROWS; i++)
    for (int a = 0; a < N; a++) {
      row[i].below[a][a] = row[i].above[a][a] = -scale[a];
      row[i].here[a][a] = 2 * scale[a];
      row[i].right[a] = scale[a];
    }
  assert_true(wd_blocks_solve(row, ROWS));
  for (size_t i = 0; i < ROWS; i++)
    for (int a = 0; a < N; a++)
      assert_close(row[i].right[a], 0.5 * (double)(i + 1) * (double)(ROWS - i), 1e-9);
  free(row);
}

static void refuses_what_has_no_solution(void **state) {
  (void)state;
  wd_block_row row[2] = {0};
  for (int a = 0; a < N; a++) row[0].here[a][a] = row[1].here[a][a] = 1;
  row[1].here[2][2] = 0;
  assert_false(wd_blocks_solve(row, 2));
  wd_block_row bad[1] = {0};
  for (int a = 0; a < N; a++) bad[0].here[a][a] = a == 1 ? NAN : 1;
  assert_false(wd_blocks_solve(bad, 1));
  bad[0].here[0][0] = INFINITY;
  assert_false(wd_blocks_solve(bad, 1));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_systems),
      cmocka_unit_test(parabola),
      cmocka_unit_test(refuses_what_has_no_solution),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
