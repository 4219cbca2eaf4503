#ifndef FORDRING_CPANGO_SHIM_H
#define FORDRING_CPANGO_SHIM_H

#include <cairo.h>
#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#endif
