/*
 * The named edges of docs/protocol.md on a processor that keeps no order by itself, as arm64: one small program for each edge, in the
 * accesses that the code really has. The other models take the order of each process for given; here it is what is checked.
 *
 * Each thread has its accesses in a window, and executes them in any order that these rules leave (they are those of the arm64
 * architecture for ldapr, stlr, casal, dmb ishld and dmb ish; a store is seen by all others at once):
 *   ACQ   a load; everything after it in the program waits for it
 *   REL   a store; it waits for everything before it. A later ACQ does not wait for it (as ldapr, which is weaker than ldar)
 *   FULL  a swap that succeeds, an addition, a fence: both. A swap that fails is an ACQ
 *   LDF   a load fence: loads before it, then everything after it
 *   LD ST plain: a load may be early or late, and stores become visible in any order
 * A store that depends on a branch waits for the load that it branches on (NEED); a load does not. Two accesses to one word stay in order.
 * A fence of all threads, or processes, is executed when what another thread has executed is the beginning of its program: an interrupt.
 * README.md says what is checked, and what each fault is.
 */
#define LD 1
#define ST 2
#define ACQ 3
#define REL 4
#define FULL 5
#define LDF 6

#define MAX 6
typedef Thread { byte done; byte need[MAX]; byte kind[MAX] }
Thread t[3];
bool started;

#define IS_LOAD(k) (k == LD || k == ACQ || k == FULL)
#define ORDERED(a, b) (a == ACQ || a == FULL || b == REL || b == FULL || a == LDF || (b == LDF && IS_LOAD(a)))
#define IS(p, i, k) t[p].kind[i] = k
#define NEED(p, i, j) t[p].need[i] = t[p].need[i] | (1 << (j))
#define READY(p, i) (!(t[p].done & (1 << (i))) && (t[p].need[i] & t[p].done) == t[p].need[i])
#define BEFORE(i) ((1 << (i)) - 1)
/* A swap succeeds as FULL, unless a fault takes its order away; then it waits for nothing. */
#define ALL_BEFORE(p, i) ((t[p].done & BEFORE(i)) == BEFORE(i))
#define DONE(p, i) t[p].done = t[p].done | (1 << (i))
#define ALL(p, n) (t[p].done == BEFORE(n))
/* What thread p has executed is the beginning of its program. */
#define IN_ORDER(p) ((t[p].done & (t[p].done + 1)) == 0)

/* What each access must wait for, from the kinds. */
byte p, i, j;
#define SETTLE \
    for (p : 0 .. 2) { for (i : 0 .. MAX - 1) { j = 0; do :: j < i && j < MAX -> \
        if :: t[p].kind[j] != 0 && t[p].kind[i] != 0 && ORDERED(t[p].kind[j], t[p].kind[i]) -> NEED(p, i, j) :: else fi; j++ \
        :: else -> break od } }

#define X(p, i, action) :: atomic { READY(p, i) -> action; DONE(p, i) }
#define PROGRAM(p, n, accesses) do accesses :: ALL(p, n) -> break od

#ifdef FAULT_RELEASE           /* the release of the edge's first side is a plain store */
#define RELEASE ST
#else
#define RELEASE REL
#endif
#ifdef FAULT_ACQUIRE           /* the acquire of its other side is a plain load */
#define ACQUIRE LD
#else
#define ACQUIRE ACQ
#endif
#ifdef FAULT_FULL              /* its swap or addition keeps no order */
#define WHOLE ST
#else
#define WHOLE FULL
#endif
#ifdef FAULT_LOAD_FENCE        /* no load fence: nothing waits for it, and it for nothing */
#define LOAD_FENCE 0
#else
#define LOAD_FENCE LDF
#endif
#ifdef FAULT_FENCE             /* no fence of the others */
#define OTHERS(p) true
#else
#define OTHERS(p) IN_ORDER(p)
#endif

/* ---- E1: a message is visible when its word is. ---- */
#ifdef E1
byte message, word, seen, copy;
active proctype Producer() provided (started) { PROGRAM(0, 2, X(0, 0, message = 1) X(0, 1, word = 1)) }
active proctype Consumer() provided (started) { PROGRAM(1, 2, X(1, 0, seen = word) X(1, 1, copy = message)) }
#define KINDS IS(0, 0, ST); IS(0, 1, RELEASE); IS(1, 0, ACQUIRE); IS(1, 1, LD)
#define HOLDS (seen == 0 || copy == 1)
#define THREADS ALL(0, 2) && ALL(1, 2)
#endif

/* ---- E2: a slot is overwritten when its message has been copied out; head by a store (STORED) or a swap. ---- */
#ifdef E2
byte message = 1, head, seen, copy;
active proctype Consumer() provided (started) { PROGRAM(0, 2, X(0, 0, copy = message) X(0, 1, head = 1)) }
active proctype Producer() provided (started) { PROGRAM(1, 2, X(1, 0, seen = head) X(1, 1, if :: seen == 1 -> message = 2 :: else fi)) }
#ifdef STORED
#define KINDS IS(0, 0, LD); IS(0, 1, RELEASE); IS(1, 0, ACQ); IS(1, 1, ST); NEED(1, 1, 0)
#else
#define KINDS IS(0, 0, LD); IS(0, 1, WHOLE); IS(1, 0, ACQ); IS(1, 1, ST); NEED(1, 1, 0)
#endif
#define HOLDS (copy == 1)
#define THREADS ALL(0, 2) && ALL(1, 2)
#endif

/* ---- E3, and E4 alike: either the waker sees the announcement, or the parker's second look sees what was published. ---- */
#ifdef E3
byte word, gate, announced, seen;
#ifdef NOT_REGISTERED          /* the waker's process fences itself */
#define WAKER_FENCE WHOLE
#define FENCED true
#else
#define WAKER_FENCE 0
#define FENCED OTHERS(0)
#endif
active proctype Waker() provided (started) { PROGRAM(0, 3, X(0, 0, word = 1) X(0, 1, skip) X(0, 2, announced = gate)) }
active proctype Parker() provided (started)
{
    PROGRAM(1, 3, X(1, 0, gate = 1) :: atomic { READY(1, 1) && FENCED -> DONE(1, 1) } X(1, 2, seen = word))
}
#define KINDS IS(0, 0, REL); IS(0, 1, WAKER_FENCE); IS(0, 2, ACQ); IS(1, 0, FULL); IS(1, 1, FULL); IS(1, 2, ACQ)
#define HOLDS (announced == 1 || seen == 1)
#define THREADS ALL(0, 3) && ALL(1, 3)
#endif

/* ---- I1 and I2: who finds a claimed position without intent and without word may bury it; its claimer lives here, so it must not. ---- */
#ifdef I
byte lane, tail, word, sawTail, sawWord, sawLane;
bool buried;
#ifdef FAULT_INTENT            /* I1: the swap of tail does not wait for the intent */
#define CLAIM ST
#else
#define CLAIM FULL
#endif
#ifdef FAULT_PUBLICATION       /* I2: the intent goes by a plain store */
#define CLEAR ST
#else
#define CLEAR REL
#endif
active proctype Claimer() provided (started)
{
    PROGRAM(0, 4, X(0, 0, lane = 1) X(0, 1, tail = 1) X(0, 2, if :: word == 0 -> word = 1 :: else fi) X(0, 3, lane = 0))
}
active proctype Recoverer() provided (started)
{
    PROGRAM(1, 4, X(1, 0, sawTail = tail) X(1, 1, sawWord = word) X(1, 2, sawLane = lane)
        :: atomic { READY(1, 3) && ALL_BEFORE(1, 3) ->
               if :: sawTail == 1 && sawWord == 0 && sawLane == 0 && word == 0 -> word = 2; buried = 1 :: else fi; DONE(1, 3) })
}
/* The word is stored whatever it is; what the model asks is only whether it had been buried. The claimer's word waits for its claim. */
#define KINDS IS(0, 0, REL); IS(0, 1, CLAIM); IS(0, 2, REL); IS(0, 3, CLEAR); NEED(0, 2, 1); NEED(0, 3, 0); NEED(0, 3, 1); \
    IS(1, 0, ACQUIRE); IS(1, 1, ACQ); IS(1, 2, ACQ); IS(1, 3, FULL)
#define HOLDS (!buried)
#define THREADS ALL(0, 4) && ALL(1, 4)
#endif

/* ---- T1: who finds one producer's tail finds the words below it. ---- */
#ifdef T1
byte word, tail, sawTail, sawWord;
active proctype Producer() provided (started) { PROGRAM(0, 2, X(0, 0, word = 1) X(0, 1, tail = 1)) }
active proctype Successor() provided (started) { PROGRAM(1, 2, X(1, 0, sawTail = tail) X(1, 1, sawWord = word)) }
#define KINDS IS(0, 0, REL); IS(0, 1, RELEASE); IS(1, 0, ACQUIRE); IS(1, 1, ACQ)
#define HOLDS (sawTail == 0 || sawWord == 1)
#define THREADS ALL(0, 2) && ALL(1, 2)
#endif

/* ---- T2: Complete, by another thread than the one that sends; once tail has the bit, nobody stores tail. ---- */
#ifdef T2
byte mark, closed, limit = 1, sawClosed, sawLimit, sawMark;
bool ended, undone;
active proctype Sender() provided (started)
{
    PROGRAM(0, 5, X(0, 0, mark = 1) X(0, 1, sawClosed = closed) X(0, 2, sawLimit = limit)
        X(0, 3, if :: sawClosed == 0 && sawLimit == 1 -> undone = undone || ended :: else fi) X(0, 4, mark = 0))
}
active proctype Completer() provided (started)
{
    PROGRAM(1, 6, X(1, 0, closed = 1) :: atomic { READY(1, 1) && OTHERS(0) -> DONE(1, 1) } X(1, 2, sawMark = mark)
        X(1, 3, if :: sawMark == 0 -> ended = 1 :: else fi) X(1, 4, if :: sawMark == 0 -> limit = 0 :: else fi)
        X(1, 5, if :: sawMark == 0 -> closed = 0 :: else fi))
}
#ifdef FAULT_FENCE
#define PROCESS_FENCE 0
#else
#define PROCESS_FENCE FULL
#endif
#define KINDS IS(0, 0, REL); IS(0, 1, ACQUIRE); IS(0, 2, LD); IS(0, 3, REL); IS(0, 4, REL); \
    IS(1, 0, FULL); IS(1, 1, PROCESS_FENCE); IS(1, 2, ACQ); IS(1, 3, REL); IS(1, 4, ST); IS(1, 5, RELEASE); \
    NEED(1, 3, 2); NEED(1, 4, 2); NEED(1, 5, 2); NEED(1, 5, 0)
#define HOLDS (!undone)
#define THREADS ALL(0, 5) && ALL(1, 6)
#endif

/* ---- D1: Dispose lets the memory go when no call is in flight. ---- */
#ifdef D1
byte mark, closed, sawClosed, sawMark;
bool gone, touched;
active proctype Caller() provided (started)
{
    PROGRAM(0, 4, X(0, 0, mark = 1) X(0, 1, sawClosed = closed)
        X(0, 2, if :: sawClosed == 0 -> touched = touched || gone :: else fi) X(0, 3, mark = 0))
}
active proctype Disposer() provided (started)
{
    PROGRAM(1, 4, X(1, 0, closed = 1) :: atomic { READY(1, 1) && OTHERS(0) -> DONE(1, 1) } X(1, 2, sawMark = mark)
        X(1, 3, if :: sawMark == 0 -> gone = 1 :: else fi))
}
#ifdef FAULT_FENCE
#define PROCESS_FENCE 0
#else
#define PROCESS_FENCE FULL
#endif
#define KINDS IS(0, 0, REL); IS(0, 1, ACQ); IS(0, 2, ST); IS(0, 3, RELEASE); NEED(0, 2, 1); NEED(0, 3, 0); \
    IS(1, 0, FULL); IS(1, 1, PROCESS_FENCE); IS(1, 2, ACQ); IS(1, 3, ST); NEED(1, 3, 2)
#define HOLDS (!touched)
#define THREADS ALL(0, 4) && ALL(1, 4)
#endif

/* ---- D2: a consumer takes while its handle leaves; the producer that parks for room is woken by it, or by the handle's last wake. ---- */
#ifdef D2
byte head, gate, announced, lastLook, seen;
bool mapped = 1;
active proctype Taker() provided (started)
{
    PROGRAM(0, 2, X(0, 0, if :: mapped -> head = 1 :: else fi) X(0, 1, if :: mapped -> announced = gate :: else fi))
}
#ifdef FAULT_LOOKED_EARLY      /* the gates are read before the pages are replaced */
#define REPLACE 1
#define LOOK 0
#else
#define REPLACE 0
#define LOOK 1
#endif
/* The kernel replaces pages when no processor of this process uses the old ones any more. */
active proctype Disposer() provided (started)
{
    PROGRAM(1, 2, :: atomic { READY(1, REPLACE) && IN_ORDER(0) -> mapped = 0; DONE(1, REPLACE) } X(1, LOOK, lastLook = gate))
}
active proctype Parker() provided (started)
{
    PROGRAM(2, 3, X(2, 0, gate = 1) :: atomic { READY(2, 1) && OTHERS(0) && OTHERS(1) -> DONE(2, 1) } X(2, 2, seen = head))
}
#define KINDS IS(0, 0, FULL); IS(0, 1, ACQ); IS(1, REPLACE, FULL); IS(1, LOOK, ACQ); IS(2, 0, FULL); IS(2, 1, FULL); IS(2, 2, ACQ)
#define HOLDS (seen == head || announced == 1 || lastLook == 1)
#define THREADS ALL(0, 2) && ALL(1, 2) && ALL(2, 3)
#endif

/* ---- B1: a subscriber's copy is whole if head has not passed it. E2 of a peek is the same. ---- */
#ifdef B1
byte message = 1, head, copy, seen;
active proctype Subscriber() provided (started) { PROGRAM(0, 3, X(0, 0, copy = message) X(0, 1, skip) X(0, 2, seen = head)) }
active proctype Producer() provided (started) { PROGRAM(1, 2, X(1, 0, head = 1) X(1, 1, message = 2)) }
#define KINDS IS(0, 0, LD); IS(0, 1, LOAD_FENCE); IS(0, 2, ACQ); IS(1, 0, WHOLE); IS(1, 1, ST)
#define HOLDS (seen == 1 || copy == 1)
#define THREADS ALL(0, 3) && ALL(1, 2)
#endif

/* ---- B2: a producer that waits for a cursor overwrites what the subscriber has copied. ---- */
#ifdef B2
byte message = 1, cursor, copy, seen;
active proctype Subscriber() provided (started) { PROGRAM(0, 2, X(0, 0, copy = message) X(0, 1, cursor = 1)) }
active proctype Producer() provided (started)
{
    PROGRAM(1, 3, X(1, 0, seen = cursor) X(1, 1, skip) X(1, 2, if :: seen == 1 -> message = 2 :: else fi))
}
#define KINDS IS(0, 0, LD); IS(0, 1, RELEASE); IS(1, 0, ACQ); IS(1, 1, FULL); IS(1, 2, ST); NEED(1, 2, 0)
#define HOLDS (copy == 1)
#define THREADS ALL(0, 2) && ALL(1, 3)
#endif

/* ---- B3: a producer that announces a floor finds who joined, or the newcomer finds the floor. ---- */
#ifdef B3
byte entry, joined, floor, sawJoined, sawEntry, sawFloor;
active proctype Newcomer() provided (started) { PROGRAM(0, 3, X(0, 0, entry = 1) X(0, 1, joined = 1) X(0, 2, sawFloor = floor)) }
#ifdef FAULT_ANNOUNCED         /* the floor is announced by a store that is released, not by a swap */
#define ANNOUNCE REL
#else
#define ANNOUNCE FULL
#endif
#ifdef FAULT_JOINED            /* joined is raised by a store that is released */
#define RAISE REL
#else
#define RAISE FULL
#endif
#ifdef REMEMBERED              /* the minimum is remembered, with the value of joined by which it was taken */
byte tag, knew;
active proctype Producer() provided (started)
{
    PROGRAM(1, 5, X(1, 0, tag = joined) X(1, 1, knew = entry) X(1, 2, floor = 1) X(1, 3, sawJoined = joined) X(1, 4, sawEntry = entry))
}
#define KINDS IS(0, 0, REL); IS(0, 1, RAISE); IS(0, 2, ACQ); \
    IS(1, 0, ACQUIRE); IS(1, 1, ACQ); IS(1, 2, ANNOUNCE); IS(1, 3, ACQ); IS(1, 4, ACQ); NEED(1, 3, 0); NEED(1, 4, 1)
#define HOLDS ((sawJoined == tag -> knew : sawEntry) == 1 || sawFloor == 1)
#define THREADS ALL(0, 3) && ALL(1, 5)
#else
active proctype Producer() provided (started)
{
    PROGRAM(1, 3, X(1, 0, floor = 1) X(1, 1, sawJoined = joined) X(1, 2, sawEntry = entry))
}
#define KINDS IS(0, 0, REL); IS(0, 1, RAISE); IS(0, 2, ACQ); IS(1, 0, ANNOUNCE); IS(1, 1, ACQ); IS(1, 2, ACQ)
#define HOLDS ((sawJoined == 1 && sawEntry == 1) || sawFloor == 1)
#define THREADS ALL(0, 3) && ALL(1, 3)
#endif
#endif

/* ---- B4: who overwrites what a subscription relies on has said so. ---- */
#ifdef B4
byte message = 1, displaces, copy, seen;
active proctype Displacer() provided (started)
{
    PROGRAM(0, 4, X(0, 0, displaces = 1) X(0, 1, skip) X(0, 2, skip) X(0, 3, message = 2))
}
active proctype Subscriber() provided (started) { PROGRAM(1, 3, X(1, 0, copy = message) X(1, 1, skip) X(1, 2, seen = displaces)) }
#define KINDS IS(0, 0, REL); IS(0, 1, WHOLE); IS(0, 2, WHOLE); IS(0, 3, ST); IS(1, 0, LD); IS(1, 1, LOAD_FENCE); IS(1, 2, ACQ)
#define HOLDS (seen == 1 || copy == 1)
#define THREADS ALL(0, 4) && ALL(1, 3)
#endif

/* ---- B5: a group begins at a position that nobody displaces. One slot; another producer fills it. ---- */
#ifdef B5
byte state, head, tail, begins, sawHead, sawTail, sawFull, sawState;
bool displaced;
active proctype Founder() provided (started)
{
    PROGRAM(0, 4, X(0, 0, state = 1) X(0, 1, skip) X(0, 2, sawHead = head) X(0, 3, sawTail = tail))
}
active proctype Displacer() provided (started)
{
    PROGRAM(1, 4, X(1, 0, sawFull = tail) X(1, 1, sawState = state)
        X(1, 2, if :: sawFull == 1 && sawState == 0 && tail == 1 -> tail = 2; displaced = 1 :: else fi)
        X(1, 3, if :: displaced -> head = 1 :: else fi))
}
active proctype Filler() provided (started) { PROGRAM(2, 1, X(2, 0, tail = 1)) }
#ifdef FAULT_JOINED
#define RAISE REL
#else
#define RAISE FULL
#endif
#define KINDS IS(0, 0, REL); IS(0, 1, RAISE); IS(0, 2, ACQ); IS(0, 3, ACQ); \
    IS(1, 0, ACQUIRE); IS(1, 1, ACQ); IS(1, 2, FULL); IS(1, 3, FULL); IS(2, 0, FULL)
/* A ring that the founder finds full: it begins behind head. */
#define HOLDS (!displaced || sawHead == 1 || sawTail >= sawHead + 1)
#define THREADS ALL(0, 4) && ALL(1, 4) && ALL(2, 1)
#endif

init
{
    d_step { KINDS; SETTLE; started = 1 }
    THREADS -> assert(HOLDS)
}
