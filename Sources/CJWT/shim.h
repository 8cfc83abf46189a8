// libjwt 1.x, as Debian ships it.
#ifndef GATEHOUSE_CJWT_SHIM_H
#define GATEHOUSE_CJWT_SHIM_H

#include <jwt.h>

#endif
