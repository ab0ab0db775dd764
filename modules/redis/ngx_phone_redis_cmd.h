/*
 * The queue of commands that wait for replies, and the pool of command objects.
 */

#ifndef _NGX_PHONE_REDIS_CMD_H_INCLUDED_
#define _NGX_PHONE_REDIS_CMD_H_INCLUDED_


#include "redis/ngx_phone_redis.h"


struct ngx_phone_redis_cmd_s {
    ngx_phone_redis_cmd_t          *next;
    ngx_phone_redis_pt              handler;   /* NULL: detached */
    void                           *data;
    ngx_msec_t                      start;
    ngx_phone_redis_error_t         error;     /* once it has failed */
};


typedef struct {
    ngx_phone_redis_cmd_t          *head;
    ngx_phone_redis_cmd_t         **last;
} ngx_phone_redis_fifo_t;


typedef struct ngx_phone_redis_cmd_block_s  ngx_phone_redis_cmd_block_t;

typedef struct {
    ngx_phone_redis_cmd_t          *free;
    ngx_phone_redis_cmd_block_t    *blocks;
    ngx_log_t                      *log;
} ngx_phone_redis_cmd_pool_t;


/* NGX_ERROR: memory is short. */
ngx_int_t ngx_phone_redis_cmd_pool_grow(ngx_phone_redis_cmd_pool_t *pool);
void ngx_phone_redis_cmd_pool_close(ngx_phone_redis_cmd_pool_t *pool);


/* NULL: memory is short. */

static ngx_inline ngx_phone_redis_cmd_t *
ngx_phone_redis_cmd_get(ngx_phone_redis_cmd_pool_t *pool)
{
    ngx_phone_redis_cmd_t  *cmd;

    if (pool->free == NULL && ngx_phone_redis_cmd_pool_grow(pool) != NGX_OK) {
        return NULL;
    }

    cmd = pool->free;
    pool->free = cmd->next;

    return cmd;
}


static ngx_inline void
ngx_phone_redis_cmd_free(ngx_phone_redis_cmd_pool_t *pool,
    ngx_phone_redis_cmd_t *cmd)
{
    cmd->next = pool->free;
    pool->free = cmd;
}


static ngx_inline void
ngx_phone_redis_fifo_init(ngx_phone_redis_fifo_t *fifo)
{
    fifo->head = NULL;
    fifo->last = &fifo->head;
}


static ngx_inline void
ngx_phone_redis_fifo_push(ngx_phone_redis_fifo_t *fifo,
    ngx_phone_redis_cmd_t *cmd)
{
    cmd->next = NULL;
    *fifo->last = cmd;
    fifo->last = &cmd->next;
}


static ngx_inline ngx_phone_redis_cmd_t *
ngx_phone_redis_fifo_shift(ngx_phone_redis_fifo_t *fifo)
{
    ngx_phone_redis_cmd_t  *cmd;

    cmd = fifo->head;

    if (cmd) {
        fifo->head = cmd->next;

        if (fifo->head == NULL) {
            fifo->last = &fifo->head;
        }
    }

    return cmd;
}


/* All of `from`, which must not be empty, to the end of `to`. */

static ngx_inline void
ngx_phone_redis_fifo_move(ngx_phone_redis_fifo_t *to,
    ngx_phone_redis_fifo_t *from)
{
    *to->last = from->head;
    to->last = from->last;

    ngx_phone_redis_fifo_init(from);
}


#endif /* _NGX_PHONE_REDIS_CMD_H_INCLUDED_ */
