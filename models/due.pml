/*
 * CommitWithin: who sends does not wait, but sees to it that a timer is set. A mark of the handle, due, says that one is.
 *
 * Two threads send. What they publish goes through their store buffers: it reaches memory when a buffer drains, at any later time, or by an
 * interlocked operation of its thread, or by the timer's process-wide fence. A commit takes all that is published, in order.
 */
#define MESSAGES 3

bool published[MESSAGES], buffered[MESSAGES];
bool due, timer;
byte limit;

#define DRAIN(p) published[p] = published[p] || buffered[p]; buffered[p] = 0

/* Store buffers drain by themselves, each in its own order. */
active proctype Hardware()
{
end:
    do
    :: atomic { buffered[0] -> DRAIN(0) }
    :: atomic { buffered[1] && !buffered[0] -> DRAIN(1) }
    :: atomic { buffered[2] -> DRAIN(2) }
    od
}

proctype Sender(byte first; byte n)
{
    byte i;
    bool sets;
    do
    :: i < n ->
       buffered[first + i] = 1;
       if
       :: atomic { due -> skip }
       :: atomic { !due -> skip };
          /* An exchange: one of those who find it 0 sets the timer. */
          atomic { DRAIN(first); DRAIN(first + i); sets = !due; due = 1 };
          if :: sets -> timer = 1; sets = 0 :: else fi
       fi;
       i++
    :: else -> break
    od
}

#if defined(HOLE_NO_FENCE)
#define CLEAR due = 0
#else
#define CLEAR due = 0; atomic { DRAIN(0); DRAIN(1); DRAIN(2) }
#endif

active proctype Timer()
{
endIdle:
    do
    :: atomic { timer -> timer = 0 };
#ifndef FAULT_CLEARED_AFTER
       CLEAR;
#endif
       do
       :: atomic { limit < MESSAGES && published[limit] -> limit++ }
       :: atomic { limit == MESSAGES || !published[limit] -> break }
       od;
#ifdef FAULT_CLEARED_AFTER
       CLEAR
#endif
    od
}

/* Nothing can move any more: whatever was sent is committed. */
active proctype Judge()
{
    atomic { timeout -> assert(limit == MESSAGES) }
}

init
{
    atomic { run Sender(0, 2); run Sender(2, 1) }
}
