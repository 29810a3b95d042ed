/* Neutrino losses of the Standard Model as smooth functions of density and temperature.
 *
 * Plasmon decay is interpolated in a table of matter/plasmon_decay.h over the exact plasma of matter/plasma.h. Photo
 * production, annihilation of pairs and bremsstrahlung on ions are the fits of N. Itoh, H. Hayashi, A. Nishikawa &
 * Y. Kohyama, Astrophys. J. Suppl. 102 (1996) 411 (I.n), joined smoothly where they change. The fits begin at 1e7 K:
 * from 10^7.05 K down to there they are turned off. Left out: recombination; a crystal scatters like a liquid.
 */
#ifndef WDSCAN_LOSSES_H
#define WDSCAN_LOSSES_H

#include "wdscan/config.h"
#include "wdscan/status.h"

typedef struct wd_losses wd_losses;

/* The sums over flavours of the squared couplings, of a wd_model, fix the losses. WD_ERR_MEMORY; WD_ERR_NUMERIC if the
 * plasma has no solution somewhere. */
int wd_losses_create(double sum_CV2, double sum_CA2, wd_losses **out, wd_error *err);
void wd_losses_free(wd_losses *losses);

enum wd_loss { WD_LOSS_PLASMON, WD_LOSS_PHOTO, WD_LOSS_PAIR, WD_LOSS_BREMSSTRAHLUNG, WD_LOSS_COUNT };
extern const char *const wd_loss_names[]; /* [WD_LOSS_COUNT], then NULL */

/* Losses [erg cm^-3 s^-1] at density [g cm^-3] and temperature [K], both > 0. Plasmon decay is good to 1e-3 for
 * rho Y_e = 1e-2..1e10 g cm^-3 and T = 3e6..1e9 K, and goes on as a power law outside; the fits hold for T = 1e7..1e10 K,
 * bremsstrahlung of degenerate electrons for rho = 1e3..1e12 g cm^-3. */
void wd_losses_at(const wd_losses *losses, const wd_composition *composition, double density,
                  double temperature, double out[WD_LOSS_COUNT]);

#endif
