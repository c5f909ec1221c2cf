/*
 * Named subscriptions: begun, kept, taken up again by others, absent, held for a time, evicted and removed.
 *
 * Follows SubscriptionTable, BroadcastQueue.Subscribe, SubscriberRing.Join and Eviction step by step, with one entry in the table. One producer
 * sends and makes room; its swaps of head and floor succeed, and everything below tail is finished when it looks for room. A message is its
 * position, written in one step and copied in one; head is read together with the floor (cast.pml has these apart, and several producers;
 * ring.pml is about claims). Who only reads does not die before that: it dies before its next store, which is the same. README.md says what is
 * checked, within which bounds, and what each fault is.
 */
#define CAP 2
#ifndef MESSAGES
#define MESSAGES 4
#endif
#ifndef DEATHS
#define DEATHS 1
#endif
#ifndef HOLDERS
#define HOLDERS 2
#endif
#define FIRST CAP
#define LAST (FIRST + MESSAGES)
#define NEVER 255

/* How long an absent one is waited for, and how far the clock goes. */
#ifndef LIMIT
#define LIMIT 0
#endif
#ifndef TIMES
#define TIMES (2 * LIMIT)
#endif

byte tail = FIRST, head = FIRST;
byte joined;

/* The floor's word: position and tombstones below it. */
byte floor = FIRST, below;

/* The slots: which position's message or tombstone is there. */
byte word[CAP];
bool tombstone[CAP];

/* The entry. The state's word is 0 or a serial, and two flags; an owner's number is never used again. */
byte state, cursor, owner, since;
bool lossy, named;
byte at[2], tombstones[2], lost[2];     /* the two tallies */

/* The lock on the file, which the kernel drops on death; the clock; the kernel's word about who is gone. */
byte locked;
byte now;
byte turn;
bool dead[6];
byte deaths;

/* The judge's: what each position was, and became of it in this life of the subscription; where that began, and was asked to. */
bool isTombstone[LAST + 1], taken[LAST + 1];
byte began, asked;
byte holder;                            /* who had it last, from when its Subscribe was past the floor */
byte heldUntil;                         /* until then it misses nothing */
byte heldFrom;                          /* nothing from this position on, that is: what is below may have been given up before */
byte clearedAt;                         /* when it was without an owner */
bool unheld;                             /* the producer's look began when nobody was to be waited for, and nobody has come since */

#define STEP(x) atomic { x }
#define DIE atomic { deaths < DEATHS -> deaths++; dead[me] = 1; if :: locked == me -> locked = 0 :: else fi; goto gone }
#define MORTAL(x) if :: atomic { x } :: DIE fi

/* Nobody is promised anything by the dead longer than this. */
#define FOUND(o) if :: holder == (o) && heldUntil == NEVER -> heldUntil = now + LIMIT :: else fi

/* Missed is the positions since it began that were messages and were not taken. */
#define EXACT(to, missed) \
    x = 0; n = began; \
    do :: n < (to) -> if :: !isTombstone[n] && !taken[n] -> x++ :: else fi; n++ :: else -> break od; \
    assert(x == (missed)); \
    x = 0; n = 0

proctype Clock()
{
    do :: now < TIMES -> now++ :: now == TIMES -> break od
}

/* ---- Eviction: o was found dead. Step is STEP or MORTAL; z is whoever's own. ---- */

#ifdef FAULT_OWNER_CLEARED_FIRST       /* its absence seems to be an old one */
#define EVICT(Step) \
    if :: nm -> \
          STEP(z = now); \
          Step(if :: owner == o -> owner = 0; clearedAt = now :: else z = NEVER fi); \
          if :: z != NEVER -> Step(if :: since < z -> since = z :: else fi) :: else fi \
       :: else -> \
          Step(if :: state == s && named == nm -> state = 0 :: else fi); \
          Step(if :: owner == o -> owner = 0; clearedAt = now :: else fi) \
    fi; \
    z = 0
#elif defined(FAULT_CLOCK_READ_LATE)   /* a time at which a successor may have come and gone */
#define EVICT(Step) \
    if :: nm -> STEP(w = (owner == o)) :: else -> Step(if :: state == s && named == nm -> state = 0; w = 1 :: else w = 0 fi) fi; \
    if :: w && nm -> STEP(z = now); Step(if :: since < z -> since = z :: else fi) :: else fi; \
    if :: w -> Step(if :: owner == o -> owner = 0; clearedAt = now :: else fi) :: else fi; \
    atomic { w = 0; z = 0 }
#else
#define EVICT(Step) \
    if :: nm -> \
          STEP(z = now); \
          STEP(w = (owner == o)); \
          if :: w -> Step(if :: since < z -> since = z :: else fi) :: else fi \
       :: else -> Step(if :: state == s && named == nm -> state = 0; w = 1 :: else w = 0 fi) \
    fi; \
    if :: w -> Step(if :: owner == o -> owner = 0; clearedAt = now :: else fi) :: else fi; \
    atomic { w = 0; z = 0 }
#endif

/* ---- Gating ---- */

/* The least cursor that is waited for; h, if the entry holds. It is remembered until somebody joins. */
inline Minimum()
{
    STEP(j = joined);
    if :: memory > h && memoryOf == j -> m = memory
       :: else ->
          m = LAST + 1;
          STEP(s = state; nm = named; l = lossy);
          if :: s != 0 && !l ->
                STEP(c = cursor);
                if :: c > h -> m = c
                   :: else ->
                      STEP(o = owner);
                      if :: o != 0 -> STEP(w = dead[o]; if :: w -> FOUND(o) :: else fi) :: else fi;
                      if :: o != 0 && !w -> m = h
                         :: else ->
                            if :: o != 0 ->
                                  w = 0;
                                  EVICT(STEP);
#ifdef HOLE_TAKEN_UP_MEANWHILE
                                  o = 0
#else
                                  STEP(o = owner)
#endif
                               :: else
                            fi;
#ifndef HOLE_NAMED_MEANWHILE
                            STEP(s = state; nm = (state != 0 && named));
#endif
                            if :: o != 0 && s != 0 -> m = h
                               :: o == 0 && nm && LIMIT > 0 ->
                                  STEP(z = now);
                                  STEP(if :: z < since + LIMIT -> m = h :: else fi);
#ifndef HOLE_LIMIT_OVER_MEANWHILE
                                  if :: m != h -> STEP(if :: joined != j -> m = h :: else fi) :: else fi
#endif
                               :: else
                            fi
                      fi
                fi
             :: else
          fi;
          atomic { memory = m; memoryOf = j; s = 0; nm = 0; l = 0; c = 0; o = 0; w = 0; z = 0 }
    fi
}

/* Whoever must not be passed is not; whoever need not be waited for is not. */
#define PASS(to) assert(heldUntil <= now || cursor >= (to) || (to) <= heldFrom)
#define BLOCKED atomic { assert(!unheld); goto again }
#define UNHELD (state == 0 || lossy || (owner == 0 && named && now >= clearedAt + LIMIT) || (owner != 0 && dead[owner] && (!named || LIMIT == 0)))

proctype Producer()
{
    byte p, h, f, k, j, m, n, s, c, o, w, z, memory, memoryOf;
    bool l, nm, silent;

claim:
    STEP(if :: tail == LAST -> goto done
            :: tail < LAST && tail < head + CAP -> p = tail; tail++
            :: else fi);
    if :: p == 0 -> goto room :: else fi;
#ifdef TOMBSTONE                       /* the position that has no message */
    silent = (p == TOMBSTONE);
#endif
    STEP(word[p % CAP] = p; tombstone[p % CAP] = silent; isTombstone[p] = silent; p = 0; silent = 0);
    goto claim;

room:
    atomic { h = head; f = floor; k = below; unheld = UNHELD };
    Minimum();
#ifdef SHIFT
    /* Nobody is waited for: past the oldest, and no further. */
    if :: m <= h -> m = h + 1 :: else fi;
#else
    if :: m <= h -> BLOCKED :: else fi;
#endif
    if
    :: f == h ->
       atomic {
           n = h;
           do :: n < m && n < h + CAP -> k = k + tombstone[n % CAP]; n++ :: else -> break od;
           floor = n; below = k; f = n; n = 0
       };
       STEP(w = (joined != j));
       if :: w -> w = 0; Minimum() :: else fi;
#ifdef SHIFT
       if :: m <= h -> m = h + 1 :: else fi
#else
       if :: m <= h -> BLOCKED :: else fi
#endif
    :: else
    fi;
    if :: m < f -> f = m :: else fi;
#ifdef SHIFT
    STEP(head = f);
#else
    STEP(PASS(f); head = f);
#endif
again:
    atomic { h = 0; f = 0; k = 0; j = 0; m = 0; w = 0; unheld = 0; if :: memory <= head -> memory = 0; memoryOf = 0 :: else fi }
    goto claim;
done:
    atomic { memory = 0; memoryOf = 0 }
}

/* Another producer, as far as it finds the holder dead. */
proctype Evictor(byte me)
{
    byte s, o, w, z;
    bool nm;

    STEP(s = state; nm = named);
    if :: s == 0 -> goto gone :: else fi;
    STEP(o = owner);
    if :: o == 0 -> goto gone :: else fi;
    STEP(w = dead[o]; if :: w -> FOUND(o) :: else fi);
    if :: w -> w = 0; EVICT(MORTAL) :: else fi;
gone:
    atomic { s = 0; o = 0; w = 0; z = 0; nm = 0 }
}

/* ---- A subscription ---- */

#define READ_FLOOR STEP(f = floor; k = below)

/* The spare tally is written, and becomes the one that holds when the cursor is stored. */
#define COUNT(position, count, missed) \
    MORTAL(at[!second] = NEVER); \
    MORTAL(tombstones[!second] = (count); lost[!second] = (missed)); \
    MORTAL(at[!second] = (position)); \
    atomic { gone_ = (missed); t = (count); second = !second }

/* Nobody subscribes or removes while a holder lives: it would be refused, and change nothing. They come in turn, being alike. */
#define ABSENT (owner == 0 || dead[owner])

#define TAKE_FROM(o, refused) \
    do \
    :: STEP(o = owner); \
       if :: o != 0 -> STEP(w = dead[o]; if :: w -> FOUND(o) :: else fi); if :: !w -> goto refused :: else fi :: else fi; \
       MORTAL(w = (owner == o); if :: w -> owner = me; unheld = 0 :: else fi); \
       if :: w -> break :: else fi \
    od; \
    atomic { w = 0; o = 0 }

/* It is waited for; from the floor on, unless it has been all the time. */
#define JOINED(from) if :: heldUntil > now -> skip :: else -> heldFrom = (from) fi; holder = me; heldUntil = (lossy -> 0 : NEVER)

/* Goes on at f, which is beyond next; what is in between is missed, unless it skips. */
#define JUMP(skips) \
    COUNT(f, k, (skips -> gone_ : gone_ + (f - next) - (k - t)))

proctype Holder(byte me; bool isLossy)
{
    byte h, f, k, next, t, gone_, x, n, w, s, o, z, y, end;
    bool second, nm, silent, keeps;

    atomic { locked == 0 && turn == me - 1 && ABSENT -> locked = me; turn = me };
    STEP(end = tail; if :: tail > FIRST && word[(tail - 1) % CAP] != tail - 1 -> y = tail - 1 :: else -> y = tail fi);
    STEP(s = state; nm = named);
    if :: s != 0 && nm -> goto resume :: else fi;

    /* TakeFree: an anonymous one whose holder is dead is put out. */
    if :: s != 0 ->
          STEP(o = owner);
          if :: o != 0 -> STEP(w = dead[o]; if :: w -> FOUND(o) :: else fi); if :: !w -> goto refused :: else fi :: else fi;
          w = 0;
          EVICT(MORTAL)
       :: else
    fi;
    TAKE_FROM(o, refused);

    /* Begin. */
    MORTAL(joined++; z = joined);
    READ_FLOOR;
    MORTAL(at[0] = 0; at[1] = NEVER; tombstones[0] = k; lost[0] = 0; cursor = f);
    atomic { next = f; t = k; s = 0; nm = 0 };
    MORTAL(state = z; lossy = isLossy; named = 0; unheld = 0; z = 0);
    MORTAL(joined++);
    READ_FLOOR;
    if :: f > next -> JUMP(1); MORTAL(cursor = f); next = f :: else fi;
#ifdef FAULT_NAMED_EARLY               /* it outlives its holder before it is where it was asked to begin */
    MORTAL(named = 1; began = next; asked = y; heldUntil = 0; JOINED(next));
#endif
skip_to:
#ifdef LATEST
    if
    :: next < end ->
       STEP(w = word[next % CAP]; silent = tombstone[next % CAP]);
       if :: w != next || silent ->
             n = w;
             STEP(h = head);
             if :: h > next -> READ_FLOOR; JUMP(1); MORTAL(cursor = f); next = f; goto skip_to
                :: h <= next && n != next -> skip
                :: else -> COUNT(next + 1, t + 1, gone_); next++; MORTAL(cursor = next); goto skip_to
             fi
          :: else ->
             STEP(h = head);
             if :: h > next -> READ_FLOOR; JUMP(1); MORTAL(cursor = f); next = f
                :: else -> next++; MORTAL(cursor = next)
             fi;
             goto skip_to
       fi
    :: else
    fi;
#endif
#ifndef FAULT_NAMED_EARLY
    MORTAL(named = 1; heldUntil = 0; JOINED(next); began = next; asked = y; n = FIRST;
           do :: n <= LAST -> taken[n] = 0; n++ :: else -> break od; n = 0);
#endif
    goto begun;

resume:
    atomic { s = 0; nm = 0; y = 0 };
    TAKE_FROM(o, refused);
    STEP(next = cursor;
           second = (at[1] <= next && (at[0] > next || at[1] > at[0]));
           assert(at[second] <= next);
           t = tombstones[second]; gone_ = lost[second];
#ifdef LATEST
           assert(next >= asked);      /* what was sent before it was asked for is not taken up */
#endif
           EXACT(next, gone_));
#ifdef FAULT_RESUME_NOT_JOINED
    STEP(z = joined);
#else
    MORTAL(joined++; z = joined);
#endif
    MORTAL(state = z; lossy = isLossy; named = 1; unheld = 0; z = 0);
#ifndef FAULT_RESUME_NOT_JOINED
    MORTAL(joined++);
#endif
    STEP(h = head; f = floor; k = below; if :: h <= next -> JOINED(f) :: else fi);
#ifdef HOLE_RESUMED_AT_THE_FLOOR       /* announced by a look from before it was there, which would have been taken back */
    if :: f > next -> assert(heldUntil <= now || next >= heldFrom); h = f :: else fi;
#endif
    if :: h > next ->
          JUMP(0);
          MORTAL(cursor = f; next = f; JOINED(f); EXACT(next, gone_))
       :: else
    fi;

begun:
    MORTAL(locked = 0);
    atomic { end = 0; y = 0 };

take:
    atomic { h = 0; f = 0; k = 0; w = 0; x = 0; n = 0; silent = 0 }
    if :: goto end_ :: skip fi;         /* it may end at any time */
    if :: next == LAST -> goto end_ :: else fi;
    STEP(w = word[next % CAP]; silent = tombstone[next % CAP]);
    if
    :: w == next && silent ->
       STEP(h = head);
       if :: h > next -> goto overtaken :: else fi;
       COUNT(next + 1, t + 1, gone_);
       next++;
       MORTAL(cursor = next; EXACT(next, gone_));
       goto take
    :: w == next && !silent ->
       STEP(h = head);
       if :: h > next -> goto overtaken :: else fi;
#ifdef FAULT_HANDED_OUT_FIRST          /* and the cursor stored after that */
       MORTAL(assert(!taken[next]); taken[next] = 1);
       next++;
       MORTAL(cursor = next);
#else
       MORTAL(assert(!taken[next]); taken[next] = 1; next++; cursor = next);
#endif
       goto take
    :: else ->
       STEP(h = head);
       if :: h > next -> goto overtaken :: else -> goto take fi
    fi;

overtaken:
    READ_FLOOR;
    assert(f > next);
#ifndef SHIFT
    assert(isLossy || next < heldFrom); /* who is waited for misses nothing */
#endif
#ifdef FAULT_CURSOR_BEFORE_TALLY
    n = next;
    MORTAL(cursor = f);
    next = n; n = 0;
    JUMP(0);
    next = f;
#elif defined(FAULT_ONE_TALLY)         /* it is changed before the cursor, or after: never with it */
    atomic { gone_ = gone_ + (f - next) - (k - t); t = k };
    MORTAL(tombstones[second] = t; lost[second] = gone_);
    MORTAL(cursor = f; next = f; EXACT(next, gone_));
#else
    JUMP(0);
    MORTAL(cursor = f; next = f; EXACT(next, gone_));
#endif
    goto take;

end_:
#ifdef FAULT_ENDED_OWNER_FIRST         /* its absence seems to be an old one */
    MORTAL(owner = 0; clearedAt = now; FOUND(me));
    MORTAL(since = now);
#else
    MORTAL(since = now; FOUND(me));
    MORTAL(owner = 0; clearedAt = now);
#endif
    goto done;
refused:
    MORTAL(locked = 0);
done:
    dead[me] = 1;                       /* its handle is gone */
gone:
    atomic { h = 0; f = 0; k = 0; next = 0; t = 0; gone_ = 0; x = 0; n = 0; w = 0; s = 0; o = 0; z = 0; y = 0; end = 0;
             second = 0; nm = 0; silent = 0 }
}

proctype Remover(byte me)
{
    byte s, o, w;
    bool nm;

    atomic { locked == 0 && ABSENT -> locked = me };
    STEP(s = state; nm = named);
    if :: s == 0 || !nm -> goto unlock :: else fi;
    TAKE_FROM(o, unlock);
#ifdef FAULT_REMOVED_UNLOCKED          /* whoever has it by then loses it */
    MORTAL(owner = 0; clearedAt = now);
    MORTAL(locked = 0);
    MORTAL(state = 0; heldUntil = 0);
    dead[me] = 1;
    goto gone;
#else
    MORTAL(state = 0; heldUntil = 0);
    MORTAL(owner = 0; clearedAt = now);
#endif
unlock:
    MORTAL(locked = 0);
    dead[me] = 1;
gone:
    atomic { s = 0; o = 0; w = 0; nm = 0 }
}

init
{
    atomic {
        run Producer();
#if LIMIT > 0
        run Clock();
#endif
#ifdef LOSSY
        run Holder(1, 1);
        run Holder(2, 1);
#elif defined(LOSSY_ONCE)
        run Holder(1, 1);
        run Holder(2, 0);
#else
        run Holder(1, 0);
#if HOLDERS > 1
        run Holder(2, 0);
#endif
#endif
#if HOLDERS > 2
        run Holder(3, 0);
#endif
#ifdef EVICTOR
        run Evictor(4);
#endif
#ifdef REMOVER
        run Remover(5)
#endif
    }
}
