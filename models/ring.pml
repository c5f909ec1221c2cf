/*
 * Many producers, many consumers: claims under an intent, publication, batches, displacement, completion; death of any process before
 * any step; recovery; a newcomer that takes over the dead one's participant entry and lane.
 *
 * Follows Ring/ManyProducers, MessageRing.*, Recovery, Liveness/Participants and LaneTable step by step: one atomic block is one access
 * to a shared word and what is computed from it in private. The accesses are interleaved, not reordered: what the hardware may reorder is
 * the subject of gate.pml and leave.pml. README.md says what is checked, within which bounds, and what each fault is.
 */
#ifndef DEATHS
#define DEATHS 1
#endif
#ifndef NEWCOMERS
#define NEWCOMERS 1
#endif
#ifndef CONSUMERS
#define CONSUMERS 1
#endif
#ifndef WANT0
#define WANT0 2            /* messages in one call of producer 0, of producer 1, of a newcomer */
#endif
#ifndef WANT1
#define WANT1 1
#endif
#ifndef CALLS0
#define CALLS0 1           /* calls of each */
#endif
#ifndef CALLS1
#define CALLS1 1
#endif
#ifndef TAKE
#define TAKE 1             /* messages a consumer asks for in one call */
#endif

#define CAP 2
#ifdef SHIFT
#define BEYOND 1           /* who displaces claims first */
#else
#define BEYOND 0
#endif
#define PRODUCERS 2
#define ENTRIES 2
#define LANES 2
#define IDS 8              /* message ids of one producer: 0 is "being written" */

#define PUBLISHED(p) ((p) * 4 + 2)
#define TOMBSTONE(p) ((p) * 4 + 3)
#define SLOT(p) ((p) % CAP)
#define OWNER(e, g) ((g) * 4 + (e) + 1)
#define ENTRY_OF(o) ((o) % 4 - 1)
#define GENERATION_OF(o) ((o) / 4)
#define ID(producer, n) ((producer) * IDS + (n) + 1)

/* The segment. Positions start at the capacity. Tail and its completed bit are one word: no step sees one without the other. */
byte tail = CAP;
bool completed;
byte head = CAP;
byte word[CAP];
byte message[CAP];
byte laneOwner[LANES];
byte laneFirst[LANES];
byte laneCount[LANES];
byte generation[ENTRIES];
bool locked[ENTRIES];      /* the kernel's: dropped at the instant of death */

/* The judge's, unseen by the protocol. */
byte deaths;
byte newcomers;
byte finished;
bool busy[PRODUCERS];      /* may hold a claim, or have an intent on its way, or be joining */
bool acknowledged[PRODUCERS * IDS + 1];
bool taken[PRODUCERS * IDS + 1];
byte latest[PRODUCERS];
byte consumersDone;

#define DIE atomic { deaths < DEATHS -> deaths++; DYING; goto dead }
#define STEP(x) if :: atomic { x } :: DIE fi

/* A message leaves the ring, in the order of head: to a consumer, or to whoever displaces it. */
#define LEAVES(id) \
    assert(id != 0);                                  /* torn */ \
    assert(!taken[id]); taken[id] = 1;                /* twice */ \
    assert(id > latest[(id - 1) / IDS]); latest[(id - 1) / IDS] = id /* order */

/* No claim, intent or join under way, and none by a newcomer to come: a look that starts now must not end with "wait on". */
#define QUIET (!busy[0] && !busy[1] && (newcomers == NEWCOMERS || deaths == DEATHS))

/* Recovery.Investigate. Uses h; leaves through one of the labels. */
#ifdef FAULT_NO_GENERATION
#define SAME_OCCUPANT(o) true
#else
#define SAME_OCCUPANT(o) (generation[ENTRY_OF(o)] == GENERATION_OF(o))
#endif

#define INVESTIGATE(resolved, blocked, atEnd) \
    STEP(seenTail = tail; seenEnd = completed; quiet = (QUIET && h == head && h < tail)); \
    STEP(w = word[SLOT(h)]); \
    if :: atomic { w == PUBLISHED(h) || w == TOMBSTONE(h) -> FORGET; goto resolved } :: else fi; \
    STEP(now = head); \
    if :: atomic { now != h -> assert(now > h); FORGET; goto resolved } :: else fi; \
    assert(seenTail - h <= CAP && h <= seenTail && (w == 0 || (w / 4 < h && w / 4 >= CAP && SLOT(w / 4) == SLOT(h)))); \
    if :: atomic { h >= seenTail && seenEnd -> FORGET; goto atEnd } \
       :: atomic { h >= seenTail && !seenEnd -> assert(!quiet); FORGET; goto blocked } \
       :: else fi; \
    l = 0; \
    do \
    :: atomic { l == LANES -> l = 0; break } \
    :: l < LANES -> \
        STEP(first = laneFirst[l]); \
        if :: atomic { first == 0 || first > h -> first = 0; l++ } \
           :: else -> \
              STEP(count = laneCount[l]); \
              if :: atomic { h - first >= count -> first = 0; count = 0; l++ } \
                 :: else -> \
                    STEP(count = 0; first = 0; o = laneOwner[l]; same = (o != 0 && SAME_OCCUPANT(o))); \
                    if :: atomic { !same -> o = 0; l++ } \
                       :: else -> \
                          STEP(if :: locked[ENTRY_OF(o)] -> assert(!quiet) /* stuck: nobody will ever publish */; FORGET; goto blocked \
                                  :: else -> o = 0; same = 0; l++ fi) \
                    fi \
              fi \
        fi \
    od; \
    STEP(TOMBSTONE_IT; FORGET); \
    goto resolved

/* Recovery.IsCoveredByLiveLane: leaves through the label if somebody who lives may still publish the position. */
#define COVERED(position, covered) \
    l = 0; \
    do \
    :: atomic { l == LANES -> l = 0; break } \
    :: l < LANES -> \
        STEP(first = laneFirst[l]); \
        if :: atomic { first == 0 || first > position -> first = 0; l++ } \
           :: else -> \
              STEP(count = laneCount[l]); \
              if :: atomic { position - first >= count -> first = 0; count = 0; l++ } \
                 :: else -> \
                    STEP(count = 0; first = 0; o = laneOwner[l]; same = (o != 0 && SAME_OCCUPANT(o))); \
                    if :: atomic { !same -> o = 0; l++ } \
                       :: else -> \
                          STEP(if :: locked[ENTRY_OF(o)] -> FORGET; h = 0; t = 0; goto covered \
                                  :: else -> o = 0; same = 0; l++ fi) \
                    fi \
              fi \
        fi \
    od

#define FORGET seenTail = 0; seenEnd = 0; quiet = 0; now = 0; w = 0; l = 0; first = 0; count = 0; o = 0; same = 0

#ifdef FAULT_TOMBSTONE_STORED
#define TOMBSTONE_IT word[SLOT(h)] = TOMBSTONE(h)
#else
#define TOMBSTONE_IT if :: word[SLOT(h)] == w -> word[SLOT(h)] = TOMBSTONE(h) :: else fi
#endif

#define INVESTIGATOR byte h, w, seenTail, now, l, first, count, o; bool seenEnd, quiet, same

#define DYING busy[me] = 1
proctype Producer(byte me; byte want; byte calls)
{
    byte entry = me, lane = me, t, n, limit, i, next;
    bool end, mine, dropped, holds, attached = 1;
    byte c;
    INVESTIGATOR;

again:
    if :: atomic { calls == 0 -> goto done } :: atomic { calls > 0 -> mine = 0; n = 0 } fi;
    /* holds: what this call has displaced; it can hand out one. */

claim:
    STEP(t = tail; end = completed; busy[me] = 1; n = want);
    if :: end || t + want > limit ->
          /* FindRoom */
          if :: atomic { end -> assert(!dropped) /* in vain */; busy[me] = 0; goto done } :: else fi;
          STEP(h = head;
               assert(h >= CAP && t >= CAP && t <= h + CAP + BEYOND);
               limit = h + CAP;
               if :: t >= limit -> n = 0 :: t < limit && limit - t < want -> n = limit - t :: else fi;
               h = 0;
               if :: n == 0 -> busy[me] = 0; goto noRoom :: else fi)
       :: else
    fi;
#ifndef FAULT_INTENT_AFTER_CLAIM
    STEP(laneCount[lane] = n);
    STEP(laneFirst[lane] = t);
#endif
    STEP(if :: tail == t && !completed -> tail = t + n; mine = 1; dropped = 0 :: else fi);
    if :: !mine ->
#ifdef FAULT_INTENT_LEFT
          atomic { busy[me] = 0; goto claim }
#else
          STEP(laneFirst[lane] = 0; busy[me] = 0; t = 0; goto claim)
#endif
       :: else
    fi;
#ifdef FAULT_INTENT_AFTER_CLAIM
    STEP(laneCount[lane] = n);
    STEP(laneFirst[lane] = t);
#endif
#ifdef FAULT_INTENT_CLEARED_EARLY
    STEP(laneFirst[lane] = 0);
#endif
write:
    i = 0;
    do
    :: atomic { i == n -> break }
    :: i < n ->
        STEP(message[SLOT(t + i)] = 0);
        STEP(message[SLOT(t + i)] = ID(me, next + i));
        STEP(word[SLOT(t + i)] = PUBLISHED(t + i); i++)
    od;
    STEP(laneFirst[lane] = 0; busy[me] = 0;
         do :: i > 0 -> i--; acknowledged[ID(me, next + i)] = 1 :: else -> break od;
         next = next + n; n = 0; t = 0; mine = 0; holds = 0; calls--;
         goto again);

noRoom:
#ifdef SHIFT
    /* MessageRing.TryClaimDisplacing */
    STEP(n = 0; t = 0; h = head);
    STEP(t = tail; if :: completed || t - h < CAP -> h = 0; t = 0; goto again :: else fi);
    STEP(w = word[SLOT(h)]);
    if :: w == PUBLISHED(h) ->
          STEP(w = 0; c = message[SLOT(h)]);
#ifdef HOLE_DISPLACED_FIRST
          STEP(if :: head == h -> head = h + 1; LEAVES(c); dropped = 1 :: else fi; c = 0; h = 0; t = 0; goto again);
#endif
          if :: t - h == CAP ->
                STEP(busy[me] = 1; laneCount[lane] = 1);
                STEP(laneFirst[lane] = t);
                STEP(if :: tail == t && !completed -> tail = t + 1; mine = 1; n = 1 :: else fi);
                if :: !mine -> STEP(laneFirst[lane] = 0; busy[me] = 0; c = 0; h = 0; t = 0; goto again) :: else fi
             :: else
#ifndef HOLE_HELPED
                /* Another has claimed beyond, and hands out the oldest: it is waited for. If it died, head is moved in its place. */
                atomic { c = 0 };
                COVERED(h + CAP, again);
                STEP(t = 0; if :: head == h -> head = h + 1; LEAVES(message[SLOT(h)]) :: else fi; h = 0; goto again)
#endif
          fi;
#ifdef FAULT_DISPLACED_BY_STORE
          STEP(head = h + 1; LEAVES(c); c = 0; h = 0);
#else
          STEP(if :: head == h -> head = h + 1; LEAVES(c); assert(!holds) /* handed to nobody */; holds = 1 :: else fi; c = 0; h = 0);
#endif
          if :: mine -> goto write :: else -> atomic { t = 0; goto again } fi
       :: w == TOMBSTONE(h) ->
          STEP(w = 0; t = 0; if :: head == h -> head = h + 1 :: else fi; h = 0; goto again)
       :: else ->
          t = 0;
          INVESTIGATE(again, again, again)
    fi;
#else
    goto again;
#endif

dead:
    /* The kernel drops the lock. Its entry and lane stay as they are, until a newcomer wants them. */
    atomic {
        if :: attached -> attached = 0; locked[entry] = 0 :: else fi;
        next = next + n; t = 0; n = 0; i = 0; limit = 0; mine = 0; dropped = 0; holds = 0; end = 0; c = 0; h = 0; FORGET;
        if :: newcomers < NEWCOMERS -> newcomers++; busy[me] = 1; want = 1; calls = 1; entry = 0; lane = 0
           :: busy[me] = 0; goto done
        fi
    };

    /* A newcomer: Participants.Join, then LaneTable.TakeFromSegment. */
    do
    :: STEP(if :: !locked[entry] -> locked[entry] = 1; attached = 1; goto joined :: else -> entry++; assert(entry < ENTRIES) fi)
    od;
joined:
    STEP(generation[entry]++);
    do
    :: lane == LANES -> assert(false); break
    :: lane < LANES ->
        STEP(o = laneOwner[lane]; same = (o != 0 && ENTRY_OF(o) != entry && SAME_OCCUPANT(o)));
        STEP(if :: same && locked[ENTRY_OF(o)] -> o = 0; same = 0; lane++
                :: else -> same = 0 fi);
        if :: o != 0 ->
              STEP(if :: laneOwner[lane] == o -> laneOwner[lane] = OWNER(entry, generation[entry]); o = 0; goto mineNow
                      :: else -> o = 0; lane++ fi)
           :: else
        fi
    od;
mineNow:
    STEP(laneFirst[lane] = 0; busy[me] = 0; goto again);

done:
    atomic { calls = 0; finished++ }
}

#undef DYING
#define DYING
proctype Consumer()
{
    INVESTIGATOR;
    byte c;

again:
#ifdef COMPLETES
    STEP(h = head);
#else
    if :: atomic { finished == PRODUCERS && head == tail -> goto out }
       :: atomic { !(finished == PRODUCERS && head == tail) -> h = head }
       :: DIE
    fi;
#endif
    STEP(w = word[SLOT(h)]);
    if :: w == PUBLISHED(h) ->
#ifdef FAULT_FREED_BEFORE_COPY
          STEP(w = 0; if :: head == h -> head = h + 1 :: else -> h = 0; goto again fi);
          STEP(c = message[SLOT(h)]; LEAVES(c); c = 0; h = 0; goto again)
#else
          STEP(w = 0; c = message[SLOT(h)]);
          STEP(if :: head == h -> head = h + 1; LEAVES(c) :: else fi; c = 0; h = 0; goto again)
#endif
       :: w == TOMBSTONE(h) ->
          STEP(w = 0; if :: head == h -> head = h + 1 :: else fi; h = 0; goto again)
       :: else ->
          INVESTIGATE(again, again, out)
    fi;

dead:
    /* It held nothing; another consumer is as good. */
    atomic { c = 0; h = 0; FORGET; goto again };
out:
    atomic { h = 0; consumersDone++ }
}

/* MessageRing.TryDequeue(Span). */
proctype BatchConsumer()
{
    INVESTIGATOR;
    byte copy[2], copied, tombstones, i;

again:
    if :: atomic { finished == PRODUCERS && head == tail -> goto out }
       :: atomic { !(finished == PRODUCERS && head == tail) -> h = head }
       :: DIE
    fi;
gather:
    if :: atomic { copied == 2 || copied + tombstones == CAP -> goto swap } :: else fi;
    STEP(w = word[SLOT(h + copied + tombstones)]);
    if :: w == PUBLISHED(h + copied + tombstones) ->
          STEP(w = 0; copy[copied] = message[SLOT(h + copied + tombstones)]; copied++);
          goto gather
       :: w == TOMBSTONE(h + copied + tombstones) -> atomic { w = 0; tombstones++; goto gather }
       :: else -> w = 0
    fi;
swap:
    if :: copied == 0 && tombstones == 0 ->
          INVESTIGATE(again, again, out)
       :: else ->
          STEP(if :: head == h -> head = h + copied + tombstones
#ifdef HOLE_BATCH_KEEPS_COPY
                  :: else /* what was copied is handed out all the same */
#else
                  :: else -> copied = 0
#endif
               fi;
               i = 0;
               do :: i < copied -> LEAVES(copy[i]); i++ :: else -> break od;
               i = 0; copied = 0; tombstones = 0; copy[0] = 0; copy[1] = 0; h = 0;
               goto again)
    fi;

dead:
    atomic { i = 0; copied = 0; tombstones = 0; copy[0] = 0; copy[1] = 0; h = 0; FORGET; goto again };
out:
    atomic { h = 0; consumersDone++ }
}

#ifdef COMPLETES
/* Complete(): an interlocked Or on tail. Whoever calls it may be anybody; it cannot die halfway. */
proctype Completer()
{
#ifdef FAULT_COMPLETED_BY_STORE
    byte t;
    t = tail;
    atomic { tail = t; completed = 1 }
#else
    completed = 1
#endif
}
#endif

init
{
    byte i;
    atomic {
        laneOwner[0] = OWNER(0, 1); laneOwner[1] = OWNER(1, 1);
        generation[0] = 1; generation[1] = 1; locked[0] = 1; locked[1] = 1;
        run Producer(0, WANT0, CALLS0);
        run Producer(1, WANT1, CALLS1);
#if TAKE > 1
        run BatchConsumer();
#else
        run Consumer();
#endif
#if CONSUMERS > 1
#if TAKE > 1
        run BatchConsumer();
#else
        run Consumer();
#endif
#endif
#ifdef COMPLETES
        run Completer();
#endif
    };
    /* Nobody waits for ever, and what was acknowledged has left the ring (once, as LEAVES says). */
    atomic {
        finished == PRODUCERS && consumersDone == CONSUMERS ->
        assert(head == tail);
        i = 1;
        do :: i <= PRODUCERS * IDS -> assert(!acknowledged[i] || taken[i]); i++ :: else -> break od
    }
}
