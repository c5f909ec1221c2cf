/*
 * Dispose against calls in flight: one handle with a thread that sends, one that takes, one that waits, and one that disposes; outside, a
 * recoverer, a parked consumer and a parked producer of other processes.
 *
 * Follows RingCore.Dispose, DetachIfDrained, Session.Detach, MappedRegion.Release and the D1 edge of ManyProducers. What the sending
 * thread stores goes through its store buffer, in order; the process-wide barrier, its own interlocked operations and the replacement of
 * the mapping (which interrupts every processor of the process) drain it. Once the mapping is replaced, what the handle's threads read is
 * zero and what they write goes nowhere. With STAYS Dispose returns although a call is in flight, and leaves the memory and the lock to the next call
 * that finds none, or to the collector, when no thread of the handle can be inside. README.md says what is checked, within which bounds, and what each fault is.
 */
#ifdef FAULT_POSITIONS_FROM_ZERO
#define START 0
#else
#define START 2
#endif
#define PUBLISHED(p) ((p) * 4 + 2)
#define TOMBSTONE(p) ((p) * 4 + 3)
#define NOTHING 255        /* an intent on nothing */

/* The segment: one position matters, START; before it lies one message, at OLD, for the taking. */
byte tail = START + 1;
byte head = START;
byte word = PUBLISHED(START);      /* the slot of START */
byte content = 1;
byte wordNext;                     /* the slot of START + 1, which the sender claims */
byte intent = NOTHING;
bool announced = 1;                /* by the consumer outside, who is parked */
bool announcedFull = 1;            /* by the producer outside, who is parked until head moves */
bool locked = 1;                   /* the handle's lock */
bool mapped = 1;                   /* the handle's addresses are the segment's */

/* The handle's private memory. */
bool disposed, closed, drained, detached, openWriter, inFlight, leftCalls;
byte waiting;
bool waiterAsleep, raised;

/* Outside. */
bool outsiderAsleep = 1, producerAsleep = 1;

/* The judge's. */
bool acknowledged;
bool leftForGood;
byte inside;                       /* threads of the handle that have not ended */
byte outcome;

mtype = { Intent, Word, Open, Mark };
chan buffer = [6] of { mtype, byte };      /* the sender's store buffer */
mtype what; byte value;

/* A store reaches memory. */
#define WRITTEN assert(locked)
#define COMMIT \
    if :: what == Intent && mapped -> WRITTEN; intent = value \
       :: what == Word && mapped -> WRITTEN; wordNext = value \
       :: what == Open -> openWriter = value \
       :: what == Mark -> inFlight = value \
       :: else \
    fi
#define DRAIN do :: buffer ? what, value -> COMMIT :: empty(buffer) -> break od; what = 0; value = 0

active proctype Hardware()
{
end:
    do :: atomic { buffer ? what, value -> COMMIT; what = 0; value = 0 } od
}

#define WAKE_CONSUMER if :: announced -> announced = 0; outsiderAsleep = 0 :: else fi
#define WAKE_PRODUCER if :: announcedFull -> announcedFull = 0; producerAsleep = 0 :: else fi

/* Session.Detach: the mapping first, then the last wakes by a second mapping (D2), then the lock. */
inline Detach()
{
#ifndef HOLE_DETACH_WAKES_NOBODY
    atomic { WAKE_CONSUMER };
    atomic { WAKE_PRODUCER };
#endif
#ifdef FAULT_LOCK_FIRST
    locked = 0;
#endif
    atomic { DRAIN; mapped = 0 };
#ifndef FAULT_NO_WAKE_FOR_THE_LATE
    atomic { WAKE_CONSUMER };
    atomic { WAKE_PRODUCER };
#endif
    locked = 0;
    leftForGood = 1
}

#ifdef FAULT_LEAVES_THE_LATE
#define STAYS_NOT true
#else
#define STAYS_NOT !(leftCalls && intent != NOTHING)
#endif

/* AnyOpen takes a lock, so a thread that asks has its own stores behind it. */
inline DetachIfDrained(isSender)
{
    if :: drained ->
          if :: isSender -> atomic { DRAIN } :: else fi;
          if :: !openWriter && STAYS_NOT ->
                if :: atomic { !detached -> detached = 1 }; Detach()
                   :: atomic { detached -> skip }
                fi
             :: else
          fi
       :: else
    fi
}

active proctype Sender()
{
    byte t;
    bool isClosed;

    inside++;

claim:
    t = (mapped -> tail : 0);
    if :: t == 0 && START > 0 -> assert(closed); goto refused :: else fi;
#ifdef FAULT_CLOSED_SEEN_EARLY
    isClosed = closed;
    buffer ! Intent, t;
#else
    buffer ! Intent, t;
    isClosed = closed;
#endif
    if :: isClosed -> buffer ! Intent, NOTHING; goto refused :: else fi;
    /* The swap of tail. On zero pages it fails, since no position is 0. */
    atomic {
        DRAIN;
        if :: mapped && tail == t -> WRITTEN; tail = t + 1
           :: else -> buffer ! Intent, NOTHING; goto claim
        fi
    };
#ifdef WRITER
    buffer ! Open, 1;
#endif
    buffer ! Word, PUBLISHED(t);
    buffer ! Intent, NOTHING;
#ifndef WRITER
    acknowledged = 1;
#endif
    /* The wake. It is lost if the mapping goes in between. */
    if :: mapped && announced -> 
          atomic { DRAIN; if :: mapped -> WRITTEN; announced = 0; outsiderAsleep = 0 :: else fi }
       :: else
    fi;
#ifdef WRITER
    buffer ! Open, 0;
    acknowledged = 1;
    if :: disposed -> DetachIfDrained(true) :: else fi;
#endif
refused:
    atomic { DRAIN; inside-- }
}

/* A consumer beside others: no mark. It copies, then swaps head. */
active proctype Taker()
{
    byte h, w, c;
    inside++;
    h = (mapped -> head : 0);
    w = (mapped -> word : 0);
    if :: w == PUBLISHED(h) ->
          c = (mapped -> content : 0);
          atomic {
              if :: mapped && head == h -> WRITTEN; head = h + 1; assert(c == 1)
                 :: !mapped && h == 0 -> assert(c == 1)       /* the zero page's head is 0 too */
                 :: else -> goto out
              fi
          };
          /* The wake (E4). It is lost if the mapping goes in between (D2). */
          if :: mapped && announcedFull -> atomic { if :: mapped -> WRITTEN; WAKE_PRODUCER :: else fi }
             :: else
          fi
       :: else
    fi;
out:
    inside--
}

#ifdef STAYS
/* A later call of another thread of the handle: it finds the handle disposed, and makes up for what Dispose left. */
active proctype Caller()
{
endNoneComes:
    atomic { leftCalls && drained -> inside++ };
    DetachIfDrained(false);
    inside--
}

/* Nobody can be inside any more, nor come: the file's handle and the mapping are collected. */
active proctype Collector()
{
endNothingLeft:
    atomic { leftCalls && drained && inside == 0 && !detached -> detached = 1; mapped = 0 };
    locked = 0;
    leftForGood = 1
}
#endif

#ifdef PEEK
/* TryPeek by the one consumer that frees slots by a store: Enter, a look that meets Closed, and Leave or not. */
active proctype Peeker()
{
    bool isClosed;
    atomic { inFlight = 1 };
    isClosed = closed;
    if :: isClosed -> inFlight = 0; goto out :: else fi;
    isClosed = closed;                                          /* LookInto */
#ifdef HOLE_PEEK_KEEPS_MARK
    if :: isClosed -> goto out :: else fi;
#endif
    inFlight = 0;
out:
    skip
}
#endif

#ifndef NO_WAITER
/* A call that waits: a look, an announcement, a look, a park. */
active proctype Waiting()
{
    waiting++;
look:
    if :: closed -> goto out :: else fi;
    raised = 0;
    if :: closed -> goto out :: else fi;
    atomic { if :: !raised -> waiterAsleep = 1 :: else fi };
    !waiterAsleep;
    goto look;
out:
    waiting--
}
#endif

active proctype Disposer()
{
    byte seen;

    disposed = 1;
    closed = 1;
#ifndef FAULT_NO_BARRIER
    atomic { DRAIN };
#endif
wait:
    if :: waiting != 0 || inFlight ->
          /* WakeAll; it goes round until it is heard. */
          atomic { waiterAsleep || !raised || (waiting == 0 && !inFlight) -> raised = 1; waiterAsleep = 0 };
          goto wait
       :: else
    fi;
#ifndef FAULT_NO_WAIT
    seen = intent;
#ifdef STAYS
    /* Waited for long. */
    if :: atomic { seen != NOTHING && !openWriter -> leftCalls = 1; seen = 0 }; goto over :: skip fi;
#endif
    if :: atomic { seen != NOTHING && !openWriter -> (intent == NOTHING || openWriter); seen = 0; goto wait }
       :: atomic { !(seen != NOTHING && !openWriter) -> seen = 0 }
    fi;
#endif
over:
    drained = 1;
#ifndef FAULT_NO_SECOND_BARRIER
    atomic { DRAIN };
#endif
    DetachIfDrained(false)
}

/* Another process, held up by START + 1. */
active proctype Recoverer()
{
    byte w, i;
    bool lives;

    do
    :: tail > START + 1 ->
        w = wordNext;
        if :: w == PUBLISHED(START + 1) || w == TOMBSTONE(START + 1) -> break :: else fi;
        i = intent;
        lives = locked;
        if :: i == START + 1 && lives -> skip
           :: else -> atomic { if :: wordNext == w -> wordNext = TOMBSTONE(START + 1) :: else fi }
        fi;
        w = 0; i = 0; lives = 0
    :: atomic { timeout -> break }
    od
}

/* A consumer of another process, parked; gate.pml is about its steps. */
active proctype Outsider()
{
endAsleep:
    do
    :: atomic { !outsiderAsleep ->
           DRAIN;
           if :: wordNext == PUBLISHED(START + 1) -> break
              :: else -> announced = 1; outsiderAsleep = 1
           fi }
    od
}

/* A producer of another process, parked: there is no room until head moves. */
active proctype OtherProducer()
{
endAsleep:
    do
    :: atomic { !producerAsleep ->
           if :: head == START + 1 -> break
              :: else -> announcedFull = 1; producerAsleep = 1
           fi }
    od
}

active proctype Judge()
{
    /* Everything has come to rest. */
    atomic {
        timeout ->
        assert(leftForGood && !locked && !mapped);                                    /* Dispose is over, and let go of everything */
        assert(waiting == 0);
        assert(!acknowledged || wordNext == PUBLISHED(START + 1));                    /* what was acknowledged is there */
        assert(!(outsiderAsleep && wordNext == PUBLISHED(START + 1)));                /* and nobody sleeps beside it */
        assert(!(producerAsleep && head == START + 1))                                /* nor beside the room that was made */
    }
}
