
/*
 * At exit nginx frees neither the event tables of a worker, nor, of each
 * configuration that it has loaded, the compile context of PCRE2.  With
 * sanitizers t/tools/nginx-configure has them allocated by this.  A list of
 * suppressions would do as well, but for that each process that ends reads the
 * debugging symbols of all its libraries.
 */


#ifndef _IGNORED_ALLOC_H_INCLUDED_
#define _IGNORED_ALLOC_H_INCLUDED_


/* of <sanitizer/lsan_interface.h>, which must not come before nginx's macros */

void __lsan_disable(void);
void __lsan_enable(void);


#define ngx_ignored_alloc(size, log)                                          \
    ({                                                                        \
        void  *ignored;                                                       \
        __lsan_disable();                                                     \
        ignored = ngx_alloc(size, log);                                       \
        __lsan_enable();                                                      \
        ignored;                                                              \
    })


#endif /* _IGNORED_ALLOC_H_INCLUDED_ */
