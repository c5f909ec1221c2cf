/*
 * Complete against a call of the same handle: one producer's handle with a thread that sends, a thread that ends the stream, and a thread that
 * disposes.
 *
 * Follows OneProducer.ClaimOne and Advance, MessageRing.Complete, CompleteAsOneProducer, TakeProducerRole and Dispose. The sender's stores (mark, word,
 * next, tail) pass through its store buffer, in order; the process-wide barrier and its own interlocked operations drain it. The other two threads'
 * stores are all interlocked, or followed by a barrier before they matter. README.md says what is checked, within which bounds, and what each fault is.
 */
#ifndef CALLS
#define CALLS 2
#endif
#define START 2
#define CAP 4
#define PUBLISHED(p) ((p) * 4 + 2)
#define SLOT(p) ((p) % CAP)

/* The segment. */
byte tail = START;
bool completed;                    /* tail's bit: tail and completed are one word, and stored as one */
byte word[CAP];
bool locked = 1;                   /* the handle's lock */

/* The handle's private memory. */
mtype = { Free, Completing, Left };
mtype closed = Free;
bool inFlight, isWriter;           /* isWriter: the mark is an open writer's */
byte next, limit;                  /* limit: 0 no role, 1 to be looked at, 2 there is room (head never lags in this model) */
bool roleLock, disposed;

/* The judge's. */
byte acknowledged = START;         /* the position behind the last that was acknowledged */
bool ended, refused, senderSawEnd, leftForGood;
byte end;

mtype = { Mark, Word, Next, Tail };
chan buffer = [8] of { mtype, byte };
mtype what; byte value;

#define COMMIT \
    if :: what == Mark -> inFlight = (value != 0); isWriter = (value == 2) \
       :: what == Word -> assert(locked); word[SLOT(value)] = PUBLISHED(value) \
       :: what == Next -> next = value \
       :: what == Tail -> assert(locked); tail = value; completed = 0 \
    fi
#define DRAIN do :: buffer ? what, value -> COMMIT :: empty(buffer) -> break od; what = 0; value = 0

/* What the sender reads of its own stores is what it stored, buffered or not. */
byte senderNext;

active proctype Hardware()
{
endless:
    do :: atomic { buffer ? what, value -> COMMIT; what = 0; value = 0 } od
}

#define LOCK atomic { !roleLock -> roleLock = 1 }
#define UNLOCK roleLock = 0

/* Under the lock. Nothing is published beyond tail here. */
inline TakeRole()
{
    next = tail;
    limit = 1
}

#ifdef FAULT_LIMIT_LETS_ZERO_PASS
#define BELOW_LIMIT(n) (limit == 2 || (limit == 1 && n == 0))
#else
#define BELOW_LIMIT(n) (limit == 2)
#endif

active proctype Sender()
{
    byte n, calls = CALLS;
    mtype seen;

claim:
    if :: calls == 0 -> goto out :: else fi;
    n = 0;
    /* The mark is this thread's own: it is not there. */
#ifdef FAULT_CLOSED_SEEN_EARLY
    seen = closed;
    if :: buffer ! Mark, 1 :: buffer ! Mark, 2 fi;
#else
    if :: buffer ! Mark, 1 :: buffer ! Mark, 2 fi;
    seen = closed;
#endif
    if :: seen == Left -> goto left
       :: seen == Completing -> buffer ! Mark, 0; goto wait
       :: else
    fi;
    n = (senderNext != 0 -> senderNext : next);
    if :: BELOW_LIMIT(n) -> goto send :: else fi;
    /* FindRoom */
    if :: limit == 0 -> buffer ! Mark, 0; goto role :: else fi;
    if :: completed -> senderSawEnd = 1; buffer ! Mark, 0; goto out :: else fi;
    limit = 2;
    n = (senderNext != 0 -> senderNext : next);
send:
    assert(n >= START);
    buffer ! Word, n;
    senderNext = n + 1;
    buffer ! Next, n + 1;
    buffer ! Tail, n + 1;
    buffer ! Mark, 0;
    acknowledged = n + 1;
    calls--;
    goto claim;
role:
    atomic { !roleLock -> roleLock = 1; DRAIN };
    if :: disposed -> UNLOCK; goto out :: else fi;
    if :: limit == 0 -> TakeRole() :: else fi;
    UNLOCK;
    goto claim;
wait:
    atomic { !roleLock -> roleLock = 1; DRAIN };
    UNLOCK;
    goto claim;
left:
    buffer ! Mark, 0;
out:
    skip
}

active proctype Completer()
{
    LOCK;
    if :: disposed -> UNLOCK; goto out :: else fi;
    if :: limit == 0 -> TakeRole() :: else fi;
#ifdef HOLE_MARK_ALONE
    /* The mark was exchanged, and nothing kept out a claim that had looked at it before. */
    if :: atomic { !inFlight -> skip } :: else -> UNLOCK; refused = 1; goto out fi;
#else
    if :: atomic { closed == Free -> closed = Completing } :: else -> UNLOCK; goto out fi;
#ifndef FAULT_NO_BARRIER
    atomic { DRAIN };
#endif
#ifndef FAULT_MARK_NOT_LOOKED_AT
    if :: atomic { !inFlight -> skip }
       :: atomic { inFlight && isWriter -> refused = 1 }; goto undo
    fi;
#endif
#endif
    atomic { assert(locked); tail = next; completed = 1; ended = 1; end = next };
    limit = 1;
undo:
    atomic { if :: closed == Completing -> closed = Free :: else fi };
    UNLOCK;
out:
    skip
}

active proctype Disposer()
{
    disposed = 1;
    closed = Left;
    atomic { DRAIN };
#ifndef FAULT_DISPOSED_BESIDE_IT
    LOCK; UNLOCK;
#endif
    !inFlight || isWriter;
    /* A writer's end detaches: here, the next that has none. */
    !inFlight;
    locked = 0;
    leftForGood = 1
}

active proctype Judge()
{
    atomic {
        timeout ->
        assert(leftForGood);
        assert(!ended || completed);                       /* what was ended stays ended */
        assert(!ended || (tail == end && acknowledged <= end));   /* all that was acknowledged lies before the end, and nothing after it */
        assert(!(ended && refused));
        assert(acknowledged == START || word[SLOT(acknowledged - 1)] == PUBLISHED(acknowledged - 1))
    }
}
