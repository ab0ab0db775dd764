
/* The toys of the simulator, and who holds them against what they prove. */


#ifndef _SIM_TOYS_H_INCLUDED_
#define _SIM_TOYS_H_INCLUDED_


/* What is in a stock at first. */
#define SIM_TOY_STOCK  20


#endif /* _SIM_TOYS_H_INCLUDED_ */
