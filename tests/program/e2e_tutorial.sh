#!/bin/bash
# The tutorial: every command of docs/tutorial.md, with what it is said to print, and every cell of docs/tutorial.ipynb through
# the Python package, with the numbers and the figure that come out.
set -eu
. "$(dirname "$0")/../functions.sh"
root=$(dirname "$here")
python=$("$root/scripts/find_python.sh" h5py numpy matplotlib xarray h5netcdf) || { echo 'no Python with h5py, matplotlib and xarray'; exit 77; }
export PYTHONDONTWRITEBYTECODE=1 MPLBACKEND=Agg

# width_of PDF: of its page, in points
width_of() { grep -ao 'MediaBox \[ *[0-9. ]*\]' "$1" | awk '{ print $(NF - 2) }'; }

# --- The page, in a folder like that of the sources
mkdir -p sources/bin
ln -s "$root"/{configs,scripts,docs} sources
ln -s "$wdscan" sources/bin/wdscan
ln -s "$python" sources/bin/python3
(cd sources && PATH=$PWD/bin:$PATH "$python" "$here/run_examples.py" "$root/docs/tutorial.md" "$python") >ran 2>&1 || { cat ran >&2; fail 'an example of docs/tutorial.md fails'; }
[ "$(cat ran)" -ge 14 ] || fail "only $(cat ran) examples of docs/tutorial.md were run"
[ "$(width_of sources/figure.pdf)" = 243 ] || fail "figure.pdf is $(width_of sources/figure.pdf) points wide, 3.375 inches are 243"
[ "$(wc -l <sources/line.csv)" = 42 ] || fail 'line.csv has other rows than 41 masses'

# A page that shows another number, or a command that fails, is noticed.
printf '```sh\necho 1.000, 2\n```\n```text\n1.0001 2\n```\n' >page.md
[ "$("$python" "$here/run_examples.py" page.md "$python")" = 1 ] || fail 'a page that is right fails'
sed -i 's/1.0001/1.01/' page.md
! "$python" "$here/run_examples.py" page.md "$python" >ran 2>&1 || fail 'a wrong number is not noticed'
# Monte Carlo numbers: six errors off, with errors of both, is not noticed; eight errors are, and so is an error of another size.
for shown in '1.06 +- 0.01:true' '1.08 +- 0.01:false' '1.000 +- 0.03:false'; do
  printf '```sh\necho 1.00 +- 0.01\n```\n```text\n%s\n```\n' "${shown%:*}" >page.md
  told=true
  "$python" "$here/run_examples.py" page.md "$python" >ran 2>&1 || told=false
  [ $told = "${shown#*:}" ] || { cat page.md ran >&2; fail 'numbers with errors'; }
done
printf '```sh\nprintf "x,x_error\\n2.5,0.1\\n"\n```\n```text\nx,x_error\n2.1,0.1\n```\n' >page.md
"$python" "$here/run_examples.py" page.md "$python" >ran || { cat page.md ran >&2; fail 'columns with errors'; }
sed -i 's/2.1/1.5/' page.md
! "$python" "$here/run_examples.py" page.md "$python" >ran 2>&1 || fail 'a wrong number of a table is not noticed'
printf '```sh\nfalse\n```\n' >page.md
! "$python" "$here/run_examples.py" page.md "$python" >ran 2>&1 || fail 'a command that fails is not noticed'

# --- The notebook, in a folder like that of the documentation
mkdir notebook
ln -s "$root/scripts" scripts
export WDSCAN_LIBRARY PYTHONPATH=$root/scripts/python
WDSCAN_LIBRARY=$(dirname "$(dirname "$wdscan")")/lib/libwdscan.so
(cd notebook && "$python" "$here/run_notebook.py" "$root/docs/tutorial.ipynb") >ran 2>&1 <<'PY' || { cat ran >&2; fail 'docs/tutorial.ipynb'; }
assert (line.state == "crossing").all() and (line.error > 0).all() and monte_carlo.max() < 0.01
# (P.6): heavy bosons, in every star
assert (abs(every[:, heavy] / mass[heavy] * 1e6 / 3.78e-5 - 1) < 0.003).all()
# As the table of docs/tutorial.md, within five errors.
at = np.argmin(abs(mass - 1e4))
for coupling, expected in zip(every[:, at], (4.880e-14, 4.076e-14, 6.138e-14, 5.559e-14)):
    assert abs(coupling / expected - 1) < 0.005, (coupling, expected)
# The excess is resonant there, hence as the square of the coupling.
assert abs(excess[1] / excess[0] / 100 - 1) < 0.01 and abs(resonant / excess[1] - 1) < 0.01
# What is drawn is what was computed: the line, the band, and two limits above zero.
drawn = axes.get_lines()
assert len(drawn) == 3 and len(axes.collections) == 1
assert (drawn[0].get_ydata() == line.coupling).all() and len(line.coupling) == 25
assert all((other.get_ydata() > 0).all() and len(other.get_ydata()) > 20 for other in drawn[1:])
PY
[ "$(tail -n 1 ran)" = '7 cells' ] || { cat ran >&2; fail 'another number of cells'; }
[ "$(head -c 4 notebook/tutorial.pdf)" = %PDF ] && [ "$(width_of notebook/tutorial.pdf)" = 243 ] || fail 'no figure of 3.375 inches'
[ "$(stat -c %s notebook/tutorial.pdf)" -gt 8000 ] || fail 'the figure is empty'
cat ran
