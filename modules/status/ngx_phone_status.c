
#include "status/ngx_phone_status.h"


#define ngx_phone_word_at(figures, metric)                                    \
    ((ngx_atomic_uint_t *) ((u_char *) (figures) + (metric)->offset))

#define NGX_PHONE_STATUS_HEAD                                                 \
    ngx_align(sizeof(ngx_phone_status_zone_t), 64)


static ngx_int_t ngx_phone_status_init_zone(ngx_shm_zone_t *shm_zone,
    void *data);
static size_t ngx_phone_status_figures_size(void);
static ngx_phone_figures_t *ngx_phone_status_figures(
    ngx_phone_status_zone_t *zone, ngx_uint_t n);
static void ngx_phone_status_reap(ngx_phone_status_zone_t *zone);
static ngx_uint_t ngx_phone_status_gone(
    const ngx_phone_status_worker_t *worker);
static uint64_t ngx_phone_status_born(ngx_pid_t pid);
static void ngx_phone_status_retire(ngx_phone_status_zone_t *zone,
    ngx_uint_t n);
static void ngx_phone_status_sum(ngx_phone_figures_t *total,
    const ngx_phone_figures_t *figures);
static void ngx_phone_status_worst(ngx_phone_status_t *status,
    const ngx_phone_status_worker_t *worker);


const ngx_uint_t  ngx_phone_status_bound[NGX_PHONE_STATUS_BOUNDS] = {
    100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000,
    100000, 200000, 500000, 1000000, 2000000, 5000000
};


ngx_shm_zone_t *
ngx_phone_status_add_zone(ngx_conf_t *cf, void *tag)
{
    size_t           size;
    ngx_shm_zone_t  *zone;

    static ngx_str_t  name = ngx_string("phone_status");

    /* the slots, one for workers that have exited, and the overhead of the
       slab */

    size = NGX_PHONE_STATUS_HEAD
           + (NGX_PHONE_STATUS_SLOTS + 1) * ngx_phone_status_figures_size();
    size = ngx_align(size, ngx_pagesize) + 16 * ngx_pagesize;

    zone = ngx_shared_memory_add(cf, &name, size, tag);
    if (zone == NULL) {
        return NULL;
    }

    zone->init = ngx_phone_status_init_zone;

    return zone;
}


/* nginx reuses a zone of the same size and tag; another build of the module
   has another tag. */

static ngx_int_t
ngx_phone_status_init_zone(ngx_shm_zone_t *shm_zone, void *data)
{
    ngx_slab_pool_t          *shpool;
    ngx_phone_status_zone_t  *zone;

    if (data) {
        shm_zone->data = data;
        return NGX_OK;
    }

    shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;

    zone = ngx_slab_calloc(shpool,
                           NGX_PHONE_STATUS_HEAD
                           + (NGX_PHONE_STATUS_SLOTS + 1)
                             * ngx_phone_status_figures_size());
    if (zone == NULL) {
        return NGX_ERROR;
    }

    zone->started = ngx_time();
    shm_zone->data = zone;

    return NGX_OK;
}


ngx_uint_t
ngx_phone_status_endpoints(void)
{
    ngx_uint_t  n;

    for (n = 0; phone_endpoints[n]; n++) { /* void */ }

    return n;
}


/* Rounded up so that two workers never write to one cache line. */

static size_t
ngx_phone_status_figures_size(void)
{
    return ngx_align(sizeof(ngx_phone_figures_t)
                     + (ngx_phone_status_endpoints() + 1)
                       * NGX_PHONE_STATUS_CLASSES
                       * sizeof(ngx_atomic_uint_t),
                     64);
}


/* The figures follow the zone; number NGX_PHONE_STATUS_SLOTS is for workers
   that have exited. */

static ngx_phone_figures_t *
ngx_phone_status_figures(ngx_phone_status_zone_t *zone, ngx_uint_t n)
{
    return (ngx_phone_figures_t *)
               ((u_char *) zone + NGX_PHONE_STATUS_HEAD
                + n * ngx_phone_status_figures_size());
}


ngx_phone_figures_t *
ngx_phone_status_claim(ngx_shm_zone_t *shm_zone,
    ngx_phone_status_worker_t **worker)
{
    ngx_uint_t                n;
    ngx_slab_pool_t          *shpool;
    ngx_phone_figures_t      *figures;
    ngx_phone_status_zone_t  *zone;

    zone = shm_zone->data;
    shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;
    figures = NULL;

    ngx_shmtx_lock(&shpool->mutex);

    ngx_phone_status_reap(zone);

    for (n = 0; n < NGX_PHONE_STATUS_SLOTS; n++) {

        if (zone->worker[n].pid == 0) {
            figures = ngx_phone_status_figures(zone, n);
            ngx_memzero(figures, ngx_phone_status_figures_size());

            *worker = &zone->worker[n];
            ngx_memzero(*worker, sizeof(ngx_phone_status_worker_t));
            (*worker)->pid = ngx_pid;
            (*worker)->born = ngx_phone_status_born(ngx_pid);
            (*worker)->worker = ngx_worker;
            (*worker)->started = ngx_time();
            (*worker)->error = NGX_PHONE_REDIS_NONE;
            break;
        }
    }

    ngx_shmtx_unlock(&shpool->mutex);

    return figures;
}


void
ngx_phone_status_release(ngx_shm_zone_t *shm_zone,
    ngx_phone_status_worker_t *worker)
{
    ngx_slab_pool_t          *shpool;
    ngx_phone_status_zone_t  *zone;

    zone = shm_zone->data;
    shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;

    ngx_shmtx_lock(&shpool->mutex);
    ngx_phone_status_retire(zone, worker - zone->worker);
    ngx_shmtx_unlock(&shpool->mutex);
}


void
ngx_phone_status_reason(ngx_shm_zone_t *shm_zone,
    ngx_phone_status_worker_t *worker, const ngx_str_t *reason)
{
    size_t            len;
    ngx_slab_pool_t  *shpool;

    len = ngx_min(reason->len, NGX_PHONE_STATUS_REASON);

    if (worker->reason_len == len
        && ngx_memcmp(worker->reason, reason->data, len) == 0)
    {
        return;
    }

    shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;

    ngx_shmtx_lock(&shpool->mutex);
    ngx_memcpy(worker->reason, reason->data, len);
    worker->reason_len = len;
    ngx_shmtx_unlock(&shpool->mutex);
}


/* Releases the slots of workers that were killed; the mutex is locked. */

static void
ngx_phone_status_reap(ngx_phone_status_zone_t *zone)
{
    ngx_uint_t  n;

    for (n = 0; n < NGX_PHONE_STATUS_SLOTS; n++) {

        if (zone->worker[n].pid && ngx_phone_status_gone(&zone->worker[n])) {
            ngx_phone_status_retire(zone, n);
        }
    }
}


/* Another process, of any user, may have its pid by now. */

static ngx_uint_t
ngx_phone_status_gone(const ngx_phone_status_worker_t *worker)
{
    uint64_t  born;

    if (kill(worker->pid, 0) == -1 && ngx_errno == NGX_ESRCH) {
        return 1;
    }

    born = ngx_phone_status_born(worker->pid);

    return born && worker->born && born != worker->born;
}


/* Field 22 of /proc/<pid>/stat; the name, which is the second one and may
   contain anything, ends with the last ')'.  0: there is no such file. */

static uint64_t
ngx_phone_status_born(ngx_pid_t pid)
{
    u_char      *p, path[sizeof("/proc//stat") + NGX_INT64_LEN], stat[1024];
    ssize_t      n;
    ngx_fd_t     fd;
    ngx_uint_t   field;

    (void) ngx_sprintf(path, "/proc/%P/stat%Z", pid);

    fd = ngx_open_file(path, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);
    if (fd == NGX_INVALID_FILE) {
        return 0;
    }

    n = ngx_read_fd(fd, stat, sizeof(stat) - 1);
    (void) ngx_close_file(fd);

    if (n <= 0) {
        return 0;
    }

    stat[n] = '\0';
    p = (u_char *) strrchr((char *) stat, ')');

    for (field = 2; p && field < 22; field++) {
        p = (u_char *) ngx_strchr(p + 1, ' ');
    }

    return p ? strtoull((char *) p, NULL, 10) : 0;
}


/* Totals are kept, gauges are cleared. */

static void
ngx_phone_status_retire(ngx_phone_status_zone_t *zone, ngx_uint_t n)
{
    ngx_phone_figures_t       *figures;
    const ngx_phone_metric_t  *metric;

    figures = ngx_phone_status_figures(zone, n);

    for (metric = ngx_phone_metrics; metric->name; metric++) {
        if (metric->kind != NGX_PHONE_METRIC_COUNTER) {
            *ngx_phone_word_at(figures, metric) = 0;
        }
    }

    ngx_phone_status_sum(ngx_phone_status_figures(zone,
                                                  NGX_PHONE_STATUS_SLOTS),
                         figures);

    zone->worker[n].pid = 0;
}


static void
ngx_phone_status_sum(ngx_phone_figures_t *total,
    const ngx_phone_figures_t *figures)
{
    size_t                     i, n;
    ngx_atomic_uint_t         *to, longest;
    const ngx_atomic_uint_t   *from;
    const ngx_phone_metric_t  *metric;

    for (metric = ngx_phone_metrics; metric->name; metric++) {
        if (metric->kind == NGX_PHONE_METRIC_LONGEST) {

            /* what is added below makes the greater of the two of them */

            longest = *ngx_phone_word_at(figures, metric);
            to = ngx_phone_word_at(total, metric);
            *to = ngx_max(*to, longest) - longest;
        }
    }

    to = (ngx_atomic_uint_t *) total;
    from = (const ngx_atomic_uint_t *) figures;
    n = ngx_phone_status_figures_size() / sizeof(ngx_atomic_uint_t);

    for (i = 0; i < n; i++) {
        to[i] += from[i];
    }
}


ngx_int_t
ngx_phone_status_read(ngx_shm_zone_t *shm_zone, ngx_pool_t *pool,
    ngx_phone_status_t *status)
{
    ngx_uint_t                n;
    ngx_slab_pool_t          *shpool;
    ngx_phone_status_zone_t  *zone;

    zone = shm_zone->data;
    shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;

    ngx_memzero(status, sizeof(ngx_phone_status_t));

    status->uptime = ngx_time() - zone->started;
    status->up = 1;
    status->serves = 1;
    status->figures = ngx_pcalloc(pool, ngx_phone_status_figures_size());
    status->worker = ngx_pcalloc(pool, sizeof(zone->worker));

    if (status->figures == NULL || status->worker == NULL) {
        return NGX_ERROR;
    }

    ngx_shmtx_lock(&shpool->mutex);

    ngx_phone_status_reap(zone);

    for (n = 0; n < NGX_PHONE_STATUS_SLOTS; n++) {
        if (zone->worker[n].pid) {
            status->worker[status->nworkers++] = zone->worker[n];

            if (!zone->worker[n].leaving) {
                ngx_phone_status_worst(status, &zone->worker[n]);
            }

            ngx_phone_status_sum(status->figures,
                                 ngx_phone_status_figures(zone, n));
        }
    }

    ngx_phone_status_sum(status->figures,
                         ngx_phone_status_figures(zone,
                                                  NGX_PHONE_STATUS_SLOTS));

    ngx_shmtx_unlock(&shpool->mutex);

    return NGX_OK;
}


static void
ngx_phone_status_worst(ngx_phone_status_t *status,
    const ngx_phone_status_worker_t *worker)
{
    if (worker->error != NGX_PHONE_REDIS_NONE) {
        status->serves = 0;
    }

    if (!status->serves || worker->read_only) {
        status->up = 0;
    }

    status->read_only |= worker->read_only;

    if (ngx_abs(worker->clock_offset) > ngx_abs(status->clock_offset)) {
        status->clock_offset = worker->clock_offset;
    }

    status->epoch = ngx_max(status->epoch, worker->epoch);
    status->memory_low |= worker->memory_low;
}


void
ngx_phone_histogram_add(ngx_phone_histogram_t *histogram, ngx_uint_t us)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_PHONE_STATUS_BOUNDS; i++) {
        if (us <= ngx_phone_status_bound[i]) {
            break;
        }
    }

    histogram->count[i]++;
    histogram->sum += us;
}
