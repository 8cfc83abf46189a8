#ifndef GATEHOUSE_FILE_ATTRIBUTES_H
#define GATEHOUSE_FILE_ATTRIBUTES_H

#include <stddef.h>
#include <sys/types.h>

#ifdef __linux__
#include <sys/xattr.h>
#endif

/// Reads the POSIX access control list of a file without following a link. Gives its size, or -1 where there is none.
static inline ssize_t gatehouse_access_list(const char *path, void *list, size_t size) {
#ifdef __linux__
    return lgetxattr(path, "system.posix_acl_access", list, size);
#else
    return -1;
#endif
}

#endif
