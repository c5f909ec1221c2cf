/*
 * Broadcast: producers that make room, subscriptions that begin, take, are overtaken, end and die.
 *
 * Follows Ring/Broadcast (Gating, SubscriberRing, Eviction) step by step. Claiming and publishing are the ring's (ring.pml): here a claim is one
 * step, and a message is written in two, so that a torn one shows. A message is its position. README.md says what is checked, within which
 * bounds, and what each fault is.
 */
#define CAP 2
#ifndef MESSAGES
#define MESSAGES 4
#endif
#ifndef PRODUCERS
#define PRODUCERS 1
#endif
#ifndef ROUNDS
#define ROUNDS 1
#endif
#ifndef DEATHS
#define DEATHS 0
#endif
#define FIRST CAP
#define LAST (FIRST + MESSAGES)

byte tail = FIRST, head = FIRST;
byte joined;

/* The floor's word: position and tombstones below it. A step that reads or swaps it reads or swaps both. */
byte floor = FIRST, below;

/* The slots: the word (which position, and whether it is a tombstone), and the two halves of the message. */
byte word[CAP], a[CAP], b[CAP];
bool tombstone[CAP];

/* The table. A state is 0 or a serial; lossy is one of its bits. An owner's number is never used again. */
#define ENTRIES 2
byte state[ENTRIES], cursor[ENTRIES], owner[ENTRIES];
bool lossy[ENTRIES];

/* The kernel's word, and the judge's. */
bool dead[3], ended[3];
byte deaths;
bool isTombstone[LAST + 1];

#define STEP(x) atomic { x }
#define DIE atomic { deaths < DEATHS -> deaths++; dead[me] = 1; goto gone }
#define MORTAL(x) if :: atomic { x } :: DIE fi

#ifdef RETENTION
/* Messages below this are older than the retention; it grows as it likes. */
byte fresh = FIRST;

proctype Clock()
{
    do :: STEP(if :: fresh < tail -> fresh++ :: else -> break fi) :: break od
}

/* Whoever stands at a message that is too old, or at a position without one, holds up to the first message that is not. */
#define HOLD \
    STEP(z = fresh); \
    n = h; \
    do :: n < h + CAP -> \
          STEP(w = (word[n % CAP] == n && (tombstone[n % CAP] || n < z))); \
          if :: w -> n++ :: else -> break fi \
       :: else -> break \
    od; \
    KEEP; \
    atomic { n = 0; z = 0; w = 0 }

#ifdef FAULT_EXPIRED_LETS_ALL_PASS     /* one old message, and nobody is waited for at all */
#define KEEP if :: n == h -> m = h :: else fi
#elif defined(HOLE_EXPIRED_BELOW_FLOOR) /* overtaken, it goes on at a floor that was announced before it joined */
#define KEEP if :: n < m -> m = n :: else fi
#else
#define KEEP if :: n == h || n < f -> m = h :: n > h && n >= f && n < m -> m = n :: else fi
#endif
#else
#define HOLD m = h
#endif

/* Whether messages were ever displaced: who does says so before it claims. */
bool displaces;

/* Oldest.TryPass: announced, then moved, by one. Uses h, f, k, w. */
#define PASS_OLDEST(access) \
    do \
    :: access(f = floor; k = below; w = (head == h)); \
       if :: !w -> break :: else fi; \
       access(w = tombstone[h % CAP]); \
       if :: f == h -> \
             ANNOUNCE_OLDEST(access) \
          :: else \
       fi; \
       if :: f > h -> access(if :: head == h -> head = h + 1 :: else fi); break :: else fi \
    od

#ifdef FAULT_COUNTED_APART             /* the position and its tombstones in two words */
#define ANNOUNCE_OLDEST(access) access(if :: floor == f -> floor = h + 1; f = h + 1 :: else fi); access(below = k + w)
#else
#define ANNOUNCE_OLDEST(access) access(if :: floor == f -> floor = h + 1; below = k + w; f = h + 1 :: else fi)
#endif

#ifdef ORPHAN
/* The position whose producer died between its claim beyond the capacity and the rest. */
byte orphan;
#endif

/* ---- Gating ---- */

/* One entry's say: raises m to nothing, lowers it to a cursor, or says that it holds. */
#define LOOK(e) \
    STEP(s = state[e]; l = lossy[e]); \
    if :: s != 0 && !l -> \
          STEP(c = cursor[e]); \
          if :: c > h -> if :: c < m -> m = c :: else fi \
             :: else -> \
                STEP(o = owner[e]); \
                if :: o == 0 || dead[o] -> EVICT(e) \
                   :: else -> HOLD \
                fi \
          fi \
       :: else \
    fi; \
    atomic { s = 0; l = 0; c = 0; o = 0 }

#ifdef FAULT_EVICTED_BY_STORE          /* whoever has the entry by now */
#define EVICT(e) STEP(state[e] = 0)
#else
#define EVICT(e) STEP(if :: state[e] == s -> state[e] = 0 :: else fi); STEP(if :: owner[e] == o -> owner[e] = 0 :: else fi)
#endif

#define MINIMUM \
    STEP(j = joined); \
    m = LAST + 1; \
    LOOK(0); \
    if :: m > h -> LOOK(1) :: else fi \
    AND_AT_GROUP

#ifdef GROUP
/* A group is always waited for. (What its members do is group.pml's: here it takes, and then its cursor is moved.) */
bool group;
byte groupCursor;
#define AND_AT_GROUP \
    ; STEP(s = group); \
    if :: s != 0 && m > h -> STEP(c = groupCursor; if :: c < m -> m = c :: else fi) :: else fi; \
    atomic { s = 0; c = 0 }
#else
#define AND_AT_GROUP
#endif

#ifdef FAULT_UNFINISHED_PASSED
#define FINISHED(n) 1
#else
#define FINISHED(n) (word[(n) % CAP] == (n))
#endif

proctype Producer()
{
    byte p, h, f, k, j, m, n, s, c, o, w;
    bool l, silent;
#ifdef RETENTION
    byte z;
#endif

claim:
    STEP(if :: tail == LAST -> goto done
            :: tail < LAST && tail < head + CAP -> p = tail; tail++
            :: else fi);
    if :: p == 0 -> goto room :: else fi;
write:
#ifdef TOMBSTONES
    if :: silent = 1 :: silent = 0 fi;
#endif
    if :: silent -> STEP(isTombstone[p] = 1; word[p % CAP] = p; tombstone[p % CAP] = 1)
       :: else ->
          STEP(a[p % CAP] = p);
          STEP(b[p % CAP] = p);
          STEP(word[p % CAP] = p; tombstone[p % CAP] = 0)
    fi;
    atomic { p = 0; silent = 0 }
    goto claim;

room:
    STEP(h = head);
    STEP(f = floor; k = below);
    STEP(if :: head != h || tail < h + CAP -> goto again :: else fi);
    MINIMUM;
#ifdef SHIFT
    if :: m <= h -> goto displace :: else fi;
#else
    if :: m <= h -> goto again :: else fi;
#endif
    if
    :: f == h ->
       n = h;
       do
       :: n < m && n < h + CAP ->
          STEP(if :: FINISHED(n) -> w = 1 + tombstone[n % CAP] :: else -> w = 0 fi);
          if :: w == 0 -> break :: else -> k = k + w - 1; n++ fi
       :: else -> break
       od;
       if :: n == h -> goto again :: else fi;
#ifdef FAULT_NOT_ANNOUNCED             /* announced when head has moved, for those who are overtaken */
       if :: m < n -> n = m :: else fi;
       STEP(if :: head == h -> head = n :: else fi);
       STEP(if :: floor == f -> floor = n; below = k :: else fi);
       goto again;
#endif
#ifdef FAULT_COUNTED_APART             /* the position and its tombstones in two words */
       STEP(if :: floor == f -> floor = n :: else goto again fi);
       STEP(below = k);
#else
       STEP(if :: floor == f && head == h -> floor = n; below = k
               :: floor == f && head != h -> assert(0)
               :: else goto again fi);
#endif
       f = n;
#ifndef FAULT_NO_SECOND_LOOK
       STEP(w = (joined != j));
       if :: w -> MINIMUM :: else fi;
       if :: m <= h -> goto again :: else fi
#endif
    :: else
    fi;
    if :: m < f -> f = m :: else fi;
    STEP(if :: head == h -> head = f :: else fi);
    goto again;

#ifdef SHIFT
displace:
    /* Nobody is waited for: past the oldest, and no further. A position is claimed first, one beyond the capacity (Gating.TryReadOldest, TryClaimBeyond). */
    STEP(if :: FINISHED(h) -> skip :: else -> goto again fi);
#ifdef GROUP
    STEP(s = group);
    if :: s != 0 -> STEP(if :: groupCursor <= h -> goto again :: else fi) :: else fi;
    s = 0;
#endif
#ifndef FAULT_DISPLACES_UNSAID
    STEP(displaces = 1);
#endif
    STEP(if :: tail == h + CAP && tail < LAST -> p = tail; tail++
            /* Another has, and hands out the oldest: it is waited for. If it died, head is moved in its place (Gating.TryPassForTheDead). */
#ifdef ORPHAN
            :: tail > h + CAP && orphan == h + CAP -> skip
            :: tail > h + CAP && orphan != h + CAP -> goto again
#endif
            :: else -> goto again fi);
#ifdef ORPHAN
    if :: orphan == 0 && p != 0 -> orphan = p; goto done :: skip fi;
#endif
    PASS_OLDEST(STEP);
    if :: p != 0 -> goto write :: else fi;
#endif
again:
    atomic { h = 0; f = 0; k = 0; j = 0; m = 0; n = 0; w = 0; s = 0; l = 0; c = 0; o = 0; p = 0 }
    goto claim;
done:
    atomic { h = 0; f = 0; k = 0; j = 0; m = 0; n = 0; w = 0; p = 0 }
}

/* ---- A subscription ---- */

#define READ_FLOOR \
    do \
    :: MORTAL(h = head); \
       MORTAL(f = floor; k = below); \
       if :: head == h -> break :: else fi \
    od

/* Entry e belongs to this subscription, or to one that died and whose place it takes. */
proctype Subscriber(byte me; byte e; bool isLossy; byte before)
{
    byte h, f, k, t, at, w, x, y, n, missed;
    bool silent;
    byte rounds;

    if :: before != 0 ->
          /* TakeFree: the former holder is found dead, and put out; then the entry is taken. */
          dead[before] || ended[before];
          MORTAL(w = state[e]);
          if :: w != 0 -> MORTAL(if :: state[e] == w -> state[e] = 0 :: else fi) :: else fi;
          w = 0
       :: else
    fi;

begin:
    MORTAL(owner[e] = me; lossy[e] = isLossy);
    MORTAL(joined++; y = joined);
    READ_FLOOR;
    at = f; t = k;
    MORTAL(cursor[e] = at);
    MORTAL(state[e] = y; y = 0);
#ifndef FAULT_FLOOR_READ_EARLY         /* what was read before the entry was in the table */
    MORTAL(joined++);
    READ_FLOOR;
    if :: f > at -> at = f; t = k; MORTAL(cursor[e] = at) :: else fi;
#else
    MORTAL(joined++);
#endif

take:
    atomic { h = 0; f = 0; k = 0; w = 0; x = 0; y = 0; n = 0; missed = 0; silent = 0 }
    if :: rounds + 1 < ROUNDS -> goto end :: skip fi;   /* it may end at any time */
    if :: at == LAST -> goto end :: else fi;
    MORTAL(w = word[at % CAP]; silent = tombstone[at % CAP]);
    if
    :: w == at && silent ->
       t++; at++;
       MORTAL(cursor[e] = at);
       goto take
    :: w == at && !silent ->
#ifdef FAULT_CURSOR_FIRST
       MORTAL(cursor[e] = at + 1);
#endif
       MORTAL(x = a[at % CAP]);
       MORTAL(y = b[at % CAP]);
#ifndef FAULT_COPY_NOT_CHECKED
       /* Who is waited for is overtaken only by who displaces; retention is no waiting. */
#ifdef RETENTION
       n = 1;
#else
       MORTAL(n = (displaces || isLossy));
#endif
       if :: n -> MORTAL(h = head); if :: h > at -> goto overtaken :: else fi :: else fi;
       n = 0;
#endif
       assert(x == at && y == at);
       at++;
       MORTAL(cursor[e] = at);
       goto take
    :: else ->
       MORTAL(h = head);
       if :: h > at -> goto overtaken :: else -> assert(w < at) /* never corrupt */ fi;
#ifdef ORPHAN
       /* Recovery: the slot may still hold the oldest message, which the dead one was about to displace. */
       if :: orphan == at ->
#ifndef FAULT_ORPHAN_OVERWRITES
             if :: at - h == CAP ->
                   n = w;
                   PASS_OLDEST(MORTAL);
                   w = n; n = 0
                :: else
             fi;
#endif
             MORTAL(if :: word[at % CAP] == w -> word[at % CAP] = at; tombstone[at % CAP] = 1; isTombstone[at] = 1 :: else fi)
          :: else
       fi;
#endif
       goto take
    fi;

overtaken:
    READ_FLOOR;
    assert(f > at);
#ifdef RETENTION
    n = at;                             /* what is not too old waits for it */
    do :: n < f -> assert(isLossy || isTombstone[n] || n < fresh); n++ :: else -> break od;
#elif !defined(SHIFT)
    assert(isLossy);                    /* who is waited for misses nothing */
#endif
    missed = (f - at) - (k - t);
    n = at;
    do :: n < f -> if :: !isTombstone[n] -> missed-- :: else fi; n++ :: else -> break od;
    assert(missed == 0);                /* it counts what it missed, and nothing else */
    at = f; t = k;
    MORTAL(cursor[e] = at);
    goto take;

end:
    MORTAL(state[e] = 0);
    MORTAL(owner[e] = 0);
    rounds++;
    if :: rounds < ROUNDS && at < LAST -> goto begin :: else fi;
    goto done;
gone:
    skip;
done:
    atomic { ended[me] = 1; h = 0; f = 0; k = 0; t = 0; at = 0; w = 0; x = 0; y = 0; n = 0; missed = 0; silent = 0 }
}

#ifdef GROUP
/* A group begins, at any time, under the file's lock; then one member takes all there is. */
proctype Group()
{
    byte me, h, f, k, t, at, x, y;

    READ_FLOOR;
    at = f;
    STEP(groupCursor = at);
    STEP(group = 1);
    STEP(joined++);
    READ_FLOOR;
    STEP(t = tail);
    if :: f > at -> at = f :: else fi;
    /* A producer that looked before may still displace the oldest message, if the ring was full; and no other. */
#ifdef FAULT_GROUP_ASKS_IF_FINISHED    /* though it may have been displaced meanwhile */
    if :: t >= h + CAP && at <= h -> STEP(if :: FINISHED(h) -> at = h + 1 :: else fi) :: else fi;
#elif !defined(FAULT_GROUP_BEGINS_AT_HEAD)
    if :: t >= h + CAP && at <= h -> at = h + 1 :: else fi;
#endif
    STEP(groupCursor = at);
    atomic { h = 0; f = 0; k = 0; t = 0 };
    do
    :: at == LAST -> break
    :: atomic { at < LAST && (word[at % CAP] == at || head > at) -> assert(head <= at); x = tombstone[at % CAP] };
       if :: x -> skip
          :: else ->
             STEP(x = a[at % CAP]);
             STEP(y = b[at % CAP]);
             assert(x == at && y == at)
       fi;
       atomic { x = 0; y = 0; at++ };
       STEP(groupCursor = at)
    od;
gone:
    skip
}
#endif

init
{
    atomic {
        run Producer();
#ifdef GROUP
        run Group();
#endif
#ifdef RETENTION
        run Clock();
#endif
#if PRODUCERS > 1
        run Producer();
#endif
#ifdef LOSSY
        run Subscriber(1, 0, 1, 0);
#else
        run Subscriber(1, 0, 0, 0);
#endif
#if defined(SUCCESSOR)
        run Subscriber(2, 0, 0, 1)
#elif SUBSCRIBERS > 1
        run Subscriber(2, 1, 0, 0)
#endif
    }
}
