/*
 * Visibility.Committed: calls that wait for a message without a thread see only what is committed. They park at the gate of messages, which
 * a commit does not wake. So they have somebody wait for the commit, and wake the gate then. A mark of the handle, wanted, says that somebody
 * does: there is one at a time, for all of them.
 *
 * Each consumer is a subscription: it takes every message. The gate is gate.pml's, in one step: who wakes finds an announcement and raises
 * the epoch. An announcement is fenced before the next look, and wanted is changed by interlocked operations only.
 */
#ifndef MESSAGES
#define MESSAGES 2
#endif
#define CONSUMERS 2

byte published, limit, done;
bool wanted, task;
byte wantedEnd;
byte epoch;
bool announced;

inline wake()
{
    atomic { if :: announced -> announced = 0; epoch++ :: else fi }
}

proctype Producer()
{
    byte i;
    do
    :: i < MESSAGES -> published++; wake(); i++
    :: else -> break
    od
}

/* Whoever else commits wakes those who wait for commits, and not those who wait for messages. */
active proctype Others()
{
end:
    do
    :: atomic { limit < published -> limit = published }
    od
}

/* Waits for the commit that is wanted, and commits if nobody does. */
active proctype Task()
{
    byte upTo;
endIdle:
    do
    :: atomic { task -> task = 0; upTo = wantedEnd };
       do
       :: atomic { limit >= upTo -> break }
       :: atomic { limit < upTo -> assert(published >= upTo); limit = published }
       od;
#if defined(FAULT_CLEARED_LAST)
       wake();
       wanted = 0
#elif defined(FAULT_WAKES_NOBODY)
       wanted = 0
#else
       wanted = 0; /* C7 */
       wake()
#endif
    od
}

proctype Consumer()
{
    byte next, seen;
    bool isAnnounced;
    do
    :: next == MESSAGES -> break
    :: next < MESSAGES ->
       if
       :: atomic { limit > next -> next++; isAnnounced = 0; goto taken }
       :: atomic { limit <= next && published > next -> skip };
          /* C7: one who finds it clear asks. */
          atomic { if :: !wanted -> wanted = 1; wantedEnd = next + 1; task = 1 :: else fi }
       :: atomic { limit <= next && published <= next -> skip }
       fi;
       if
       :: isAnnounced -> epoch != seen; isAnnounced = 0
       :: else ->
          atomic { seen = epoch; announced = 1 };
          isAnnounced = 1;
#ifdef FAULT_NO_SECOND_LOOK
          epoch != seen; isAnnounced = 0
#endif
       fi;
taken: skip
    od;
    done++
}

/* Nothing can move any more: everybody has seen everything. */
active proctype Judge()
{
    atomic { timeout -> assert(done == CONSUMERS) }
}

init
{
    atomic { run Producer(); run Consumer(); run Consumer() }
}
