// hiredis 0.14 (Debian 12) and later: the reader and the command formatter only. The connections are ours.
#ifndef GATEHOUSE_CHIREDIS_SHIM_H
#define GATEHOUSE_CHIREDIS_SHIM_H

#include <hiredis/hiredis.h>
#include <hiredis/read.h>
#include <stdlib.h>

// The type of an array's length differs between versions.
#if defined(HIREDIS_MAJOR) && HIREDIS_MAJOR >= 1
typedef size_t gatehouse_redis_count;
#else
typedef int gatehouse_redis_count;
#endif

// An array is allocated by the length that the peer claims, before its items have come. A longer one than this is refused.
#define GATEHOUSE_REDIS_MAX_ELEMENTS 65536

static inline void *gatehouse_redis_create_array(const redisReadTask *task, gatehouse_redis_count elements) {
    const redisReplyObjectFunctions *usual = (const redisReplyObjectFunctions *)task->privdata;
    if (elements > GATEHOUSE_REDIS_MAX_ELEMENTS) return NULL;
    return usual->createArray(task, elements);
}

// A reader whose arrays are bounded. NULL when memory is short.
static inline redisReader *gatehouse_redis_reader_create(void) {
    redisReader *reader = redisReaderCreate();
    if (reader == NULL) return NULL;
    redisReplyObjectFunctions *bounded = (redisReplyObjectFunctions *)malloc(sizeof(redisReplyObjectFunctions));
    if (bounded == NULL) {
        redisReaderFree(reader);
        return NULL;
    }
    *bounded = *reader->fn;
    bounded->createArray = gatehouse_redis_create_array;
    reader->privdata = (void *)reader->fn;
    reader->fn = bounded;
    return reader;
}

static inline void gatehouse_redis_reader_free(redisReader *reader) {
    redisReplyObjectFunctions *bounded = reader->fn;
    redisReaderFree(reader);
    free(bounded);
}

#endif
