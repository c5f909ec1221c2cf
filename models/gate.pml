/*
 * Parking and waking at one gate: several wakers, several parkers, the asymmetric fence, deaths.
 *
 * Follows Waiting/Gate, Waiter and Queue/WaitLoop step by step. What a waker stores to publish goes into its store buffer
 * first: it reaches memory when the buffer drains, at any later time, or when the waker does an interlocked operation or a fence, or when
 * somebody's heavy fence makes every processor drain. The ring is reduced to what waiting sees of it: positions that are published in
 * any order and taken from the head on (ring.pml is about the rest). With DISPATCHER one of the parkers parks for a line of calls. README.md says what is checked, within which bounds, and what each
 * fault is.
 */
#ifndef PARKERS
#define PARKERS 2
#endif
#ifndef DEATHS
#define DEATHS 0
#endif
#if defined(BATCH) || defined(RESOLVER)
#define MESSAGES 3         /* one waker publishes two, another one */
#else
#define MESSAGES 2         /* two wakers publish one each */
#endif
#define MAX_PARKERS 3

/* The gate's word: epoch | wakers must fence | announcements. A step that reads or swaps it reads or swaps all of it. */
byte epoch;
#ifdef FENCE_FLAG_SET
bool mustFence = 1;
#else
bool mustFence;
#endif
byte announced;

/* The kernel's: who sleeps on the epoch. */
bool asleep[MAX_PARKERS];

/* The ring, and what is still on its way to it. */
bool published[MESSAGES];
bool buffered[MESSAGES];
byte head;

/* The judge's. */
byte deaths;
bool wakeDied;             /* a wake-up was lost with whoever had it; the cap on parking is what helps */

#define DIE atomic { deaths < DEATHS -> deaths++; goto dead }
#define STEP(x) if :: atomic { x } :: DIE fi
#define DRAIN(p) published[p] = published[p] || buffered[p]; buffered[p] = 0
#define DRAIN_ALL DRAIN(0); DRAIN(1); DRAIN(MESSAGES - 1)
#define SLEEPER (asleep[0] || asleep[1] || asleep[2])
#define AVAILABLE (head < MESSAGES && published[head])

#ifdef NOT_REGISTERED
#define LIGHT_FENCE STEP(DRAIN_OWN);
#else
#define LIGHT_FENCE
#endif

/* Gate.Wake(n). */
#define WAKE(n) \
    LIGHT_FENCE \
    STEP(low = (announced != 0 || mustFence)); \
    if :: low -> \
          STEP(low = 0; seen = announced; fence = mustFence); \
          if :: fence -> STEP(fence = 0; DRAIN_OWN; seen = announced) :: else fi; \
          if :: seen > 0 -> \
                STEP(DRAIN_OWN; RAISE; raised = epoch; seen = announced); \
                STEP(woken = 0; \
                     do :: woken < (n) && asleep[0] -> asleep[0] = 0; woken++ \
                        :: woken < (n) && asleep[1] -> asleep[1] = 0; woken++ \
                        :: woken < (n) && asleep[2] -> asleep[2] = 0; woken++ \
                        :: woken == (n) || !SLEEPER -> break \
                     od; \
                     WAKE_DELIVERED); \
                CLEAR(n); \
                atomic { seen = 0; raised = 0; woken = 0 } \
             :: else \
          fi \
       :: else \
    fi

#ifdef FAULT_EPOCH_NOT_RAISED
#define RAISE skip
#else
#define RAISE epoch++
#endif

#ifdef FAULT_CLEARED_ALWAYS            /* whatever the word is by now */
#define CLEAR(n) if :: woken < (n) -> STEP(announced = 0) :: else fi
#else
#define CLEAR(n) if :: woken < (n) -> STEP(if :: epoch == raised && announced == seen -> announced = 0 :: else fi) :: else fi
#endif

#define WAKER bool low, fence; byte seen, raised, woken

/* Publishes positions first .. first + n - 1, then wakes n. */
#define DRAIN_OWN DRAIN(first); DRAIN(first + n - 1)
#define WAKE_DELIVERED pending = 0
proctype Waker(byte first; byte n)
{
    WAKER;
    bool pending;

    STEP(buffered[first] = 1; pending = 1);
    if :: n == 2 -> STEP(buffered[first + 1] = 1) :: else fi;
#ifdef HOLE_TOMBSTONE_WAKES_NOBODY
    if :: first == 0 -> goto done :: else fi;      /* it freed this slot by passing a tombstone */
#endif
    WAKE(n);
    goto done;
dead:
    atomic { wakeDied = wakeDied || pending };
done:
    atomic { pending = 0; low = 0; fence = 0; seen = 0; raised = 0; woken = 0 }
}
#undef DRAIN_OWN
#undef WAKE_DELIVERED

/* Store buffers drain by themselves, each in its own order. */
active proctype Hardware()
{
end:
    do
    :: atomic { buffered[0] -> DRAIN(0) }
#ifdef BATCH
    :: atomic { buffered[1] && !buffered[0] -> DRAIN(1) }
#else
    :: atomic { buffered[1] -> DRAIN(1) }
#endif
#ifdef RESOLVER
    :: atomic { buffered[2] && !buffered[1] -> DRAIN(2) }
#elif MESSAGES == 3
    :: atomic { buffered[2] -> DRAIN(2) }
#endif
    od
}

#define DRAIN_OWN skip
#define WAKE_DELIVERED skip

#ifdef PARKS_AGAIN
#define FORGET_EPOCH skip
#else
#define FORGET_EPOCH expected = 0
#endif

/* DequeueWaiting: look, announce, look, park, announce, look, park... */
proctype Parker(byte me)
{
    WAKER;
    byte expected;
    bool parked, isAnnounced;
#ifdef PARKS_AGAIN
    bool again;
#endif

look:
#ifdef FAULT_NO_SECOND_LOOK
    if :: isAnnounced && !parked -> goto park :: else fi;
#endif
    STEP(if :: AVAILABLE -> head++; goto got :: else fi);
    if :: isAnnounced -> goto park :: else fi;

announce:
#ifndef FAULT_EPOCH_READ_LATE
    STEP(expected = epoch);
#endif
    STEP(announced++);
#ifdef NO_MEMBARRIER
    STEP(mustFence = 1);
#else
#ifndef FAULT_NO_HEAVY_FENCE
    STEP(DRAIN_ALL);
#endif
#endif
    isAnnounced = 1;
#ifdef DEADLINES
    /* The deadline has passed, or the wait was cancelled, or the handle is being disposed: it leaves without another look. */
    if :: goto leave :: skip fi;
#endif
    goto look;

park:
#ifdef FAULT_EPOCH_READ_LATE
    STEP(expected = epoch);
#endif
    STEP(parked = 1; if :: epoch == expected -> asleep[me] = 1 :: else fi; FORGET_EPOCH);
endAsleep:
    if
    :: atomic { !asleep[me] -> goto announce }
    :: DIE
#ifdef PARKS_AGAIN
    :: atomic { asleep[me] && !again -> asleep[me] = 0; again = 1 }
#endif
    fi;
#ifdef PARKS_AGAIN
    /* Its park is over and nobody woke it: it looks, and parks by the same announcement. Once, so that it is not this that makes it right. */
#ifdef FAULT_PARKS_ON_NEW_EPOCH
    STEP(expected = epoch);
#endif
    STEP(isAnnounced = (epoch == expected));
    goto look;
#endif

got:
#ifndef FAULT_NO_CHAIN
    if :: parked && head < MESSAGES -> WAKE(1) :: else fi;
#endif
    goto done;

leave:
#ifndef HOLE_LEAVER_KEEPS_WAKE
    if :: parked -> WAKE(1) :: else fi;
#endif
    goto done;

dead:
    /* Awake after a park, it may have been the one who was woken. Asleep, it just goes from the kernel's list. */
    atomic { if :: asleep[me] -> asleep[me] = 0 :: else -> wakeDied = wakeDied || parked fi };
done:
    atomic { parked = 0; isAnnounced = 0; expected = 0; low = 0; fence = 0; seen = 0; raised = 0; woken = 0 }
}

#ifdef DISPATCHER
/*
 * AsyncGate and AsyncParker: one thread parks for calls that stand in line. A call joins under the gate's lock and does not look; it
 * rings if the gate is not watched. The dispatcher serves the line under the lock until nothing or nobody is left.
 */
byte line;
bool locked, watched, bell;

proctype Call()
{
    bool rings;
    atomic { !locked -> line++; rings = !watched; watched = 1 };
    if :: rings -> bell = 1 :: else fi;
#ifdef CANCELLED
    /* Out of the line, unless it was served: whom of the line it is does not matter here. */
    atomic { !locked -> if :: line > 0 -> line-- :: else fi };
#endif
    rings = 0
}

proctype Dispatcher(byte me)
{
    WAKER;
    byte expected;
    bool isAnnounced, took, mine, passOn;

endIdle:
    atomic { bell -> bell = 0 };

serve:
    atomic { !locked -> locked = 1; took = 0; mine = 0 };
again:
    STEP(mine = mine || (isAnnounced && epoch != expected));
look:
    STEP(if :: line > 0 && AVAILABLE -> head++; line--; took = 1; goto more :: else fi);
    if :: line == 0 -> goto nobody :: isAnnounced && line > 0 -> STEP(if :: epoch == expected -> goto park :: else fi) :: else fi;
    if :: isAnnounced -> STEP(mine = mine || epoch != expected) :: else fi;
    STEP(expected = epoch);
    STEP(announced++);
#ifndef FAULT_NO_HEAVY_FENCE
    STEP(DRAIN_ALL);
#endif
    isAnnounced = 1;
#ifdef FAULT_NO_SECOND_LOOK
    goto park;
#endif
    goto again;
more:
#ifdef FAULT_ONE_CALL_A_WAKE
    if :: line > 0 && isAnnounced -> expected = epoch; goto park :: else fi;
#endif
    goto look;

park:
    locked = 0;
    STEP(if :: epoch == expected && !bell -> asleep[me] = 1 :: else fi);
endAsleep:
    if :: atomic { !asleep[me] -> bell = 0 } :: atomic { bell -> asleep[me] = 0; bell = 0 } :: DIE fi;
    goto serve;

nobody:
#ifdef FAULT_UNWATCHED_LATE
    locked = 0;
#endif
#ifndef FAULT_LINE_KEEPS_WAKE
    STEP(passOn = mine && (!took || head < MESSAGES));
    if :: passOn -> WAKE(1) :: else fi;
#endif
    atomic { passOn = 0; isAnnounced = 0; expected = 0; took = 0; mine = 0; watched = 0; locked = 0 };
    goto endIdle;

dead:
    /* The calls and their lock die with it. */
    atomic { if :: asleep[me] -> asleep[me] = 0 :: else -> wakeDied = 1 fi; line = 0; locked = 0; watched = 1 }
}
#define WAITS_IN_LINE (line > 0)
#else
#define WAITS_IN_LINE asleep[0]
#endif

#ifdef RESOLVER
/* The claimer of position 0 died. Somebody who never parked finds that out, passes the position, and takes one message. */
proctype Resolver()
{
    WAKER;
    atomic { head == 0 -> head = 1 };
#ifndef HOLE_RECOVERY_WAKES_NOBODY
    WAKE(1);
#endif
    atomic { if :: AVAILABLE -> head++ :: else fi };
    goto done;
dead:
    skip;
done:
    skip
}
#endif

/* Nothing can move any more: does anybody wait beside a message? */
active proctype Judge()
{
    atomic { timeout -> assert(wakeDied || !((WAITS_IN_LINE || asleep[1] || asleep[2]) && AVAILABLE)) }
}

init
{
    atomic {
#ifdef RESOLVER
        run Resolver();
        run Waker(1, 2);
#else
#ifdef BATCH
        run Waker(0, 2); run Waker(2, 1);
#else
        run Waker(0, 1); run Waker(1, 1);
#endif
#endif
#ifdef DISPATCHER
        run Dispatcher(0); run Call(); run Call();
#else
        run Parker(0);
#endif
#if PARKERS > 1
        run Parker(1);
#endif
#if PARKERS > 2
        run Parker(2);
#endif
    }
}
