/* The forms in which grid.axes and grid.draws may be written, brought to the one that config/members.h reads:
 *
 *   axes: [{key: star.mass, values: [0.5, 0.6]}, {key: star.temperature, min: 1e7, max: 3e7, points: 5, scale: log},
 *          {key: physics.sin2_theta_w, draw: {normal: [0.2386, 0.0001]}}]
 *   draws: 100
 *
 * is
 *
 *   axes: {star.mass: [0.5, 0.6], star.temperature: {min: 1e7, max: 3e7, points: 5, spacing: log},
 *          physics.sin2_theta_w: {draw: {normal: [0.2386, 0.0001]}}}
 *   draws: {count: 100}
 *
 * Numbers and names are written as the program writes them, so that 1.0 and 1 are no two scans.
 */
#ifndef WDSCAN_AXIS_FORMS_H
#define WDSCAN_AXIS_FORMS_H

#include "config/keys.h"
#include "config/mistakes.h"
#include "config/yaml.h"

/* Rewrites the value of grid.axes or grid.draws in place. What is in no such form stays for config/members.h to refuse,
 * but elements of a list that name no key, or one twice, are refused here. False: mistakes were added. */
bool wd_axis_forms_settle(const wd_key *key, wd_yaml_node *node, wd_mistakes *mistakes);

#endif
