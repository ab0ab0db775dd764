#include <ngx_config.h>
#include <ngx_core.h>

#include "redis/ngx_phone_redis_cmd.h"


#define NGX_PHONE_REDIS_CMDS  64


struct ngx_phone_redis_cmd_block_s {
    ngx_phone_redis_cmd_block_t    *next;
    ngx_phone_redis_cmd_t           cmds[NGX_PHONE_REDIS_CMDS];
};


ngx_int_t
ngx_phone_redis_cmd_pool_grow(ngx_phone_redis_cmd_pool_t *pool)
{
    ngx_uint_t                    i;
    ngx_phone_redis_cmd_block_t  *block;

    block = ngx_alloc(sizeof(ngx_phone_redis_cmd_block_t), pool->log);
    if (block == NULL) {
        return NGX_ERROR;
    }

    block->next = pool->blocks;
    pool->blocks = block;

    for (i = 0; i < NGX_PHONE_REDIS_CMDS; i++) {
        ngx_phone_redis_cmd_free(pool, &block->cmds[i]);
    }

    return NGX_OK;
}


void
ngx_phone_redis_cmd_pool_close(ngx_phone_redis_cmd_pool_t *pool)
{
    ngx_phone_redis_cmd_block_t  *block;

    while (pool->blocks) {
        block = pool->blocks;
        pool->blocks = block->next;
        ngx_free(block);
    }

    pool->free = NULL;
}
