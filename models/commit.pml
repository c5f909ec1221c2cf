/*
 * Commits: who waits elects itself, copies from the ring, writes a block to the journal, syncs, and tells; committers die, a sync fails,
 * the power fails, recovery reads what the device holds, and is itself cut off.
 *
 * Follows Journal/JournalWriter, JournalReader and JournalPosition store by store. The ring is reduced to what a commit sees of it: a claim
 * is one step (ring.pml is about claims), and a message is its position, written before its word. A block is one location of the device;
 * torn, it is invalid, as its checksum makes it. README.md says what is checked, within which bounds, and what each fault is.
 */
#ifndef PRODUCERS
#define PRODUCERS 2        /* 3 at most; each sends one message */
#endif
#ifndef MESSAGES
#define MESSAGES PRODUCERS /* 3 at most */
#endif
#ifndef CAP
#define CAP MESSAGES
#endif
#ifndef BLOCKS
#define BLOCKS 2           /* of a half: the snapshot, and the commits behind it */
#endif
#ifndef DEATHS
#define DEATHS 0
#endif
#ifndef MORTALS
#define MORTALS 3          /* so many of them may die */
#endif
#ifndef FAILS
#define FAILS 0            /* syncs that fail */
#endif
#ifndef POWERS
#define POWERS 0           /* power failures */
#endif
#ifndef KILLS
#define KILLS 0            /* recoverers that are killed, or whose sync fails */
#endif

#define SLOT(p) ((p) % CAP)
#define PUBLISHED(p) (2 * (p) + 1)
#define TOMBSTONE(p) (2 * (p) + 2)
#define BIT(p) (1 << (p))

/* The ring: lost when the power fails. */
byte tail, head;
byte word[CAP], content[CAP];
byte claimer[4];
byte lock;                 /* the commit lock: its holder; the kernel drops it when the holder dies */
byte begun, ended;         /* commits */

/* JournalPosition. Newest is one word. A block's place in its half stands for its offset. */
bool mark;
byte newest, newestHalf, tried, offset, sequence, limit;

/* The gate. */
byte epoch, announced;
byte asleep;               /* a bit for each sleeper */

/* The device: for each place what is durable, and what has been written over it since the last sync. Invalid: 0. */
#define PLACES (2 * BLOCKS)
#define NONE (-1)
#define AT(half, i) ((half) * BLOCKS + (i))
int durable[PLACES], pending[PLACES];

/* Sequence 0 is a snapshot. */
#define BLOCK(g, s, h, l, c, bad, holds) \
    (((g) << 16) | ((s) << 12) | ((h) << 10) | ((l) << 8) | ((c) << 6) | ((bad) << 5) | (holds))
#define GENERATION(x) ((x) >> 16)
#define SEQUENCE(x) (((x) >> 12) & 15)
#define HEAD(x) (((x) >> 10) & 3)
#define LIMIT(x) (((x) >> 8) & 3)
#define COMMITTED(x) (((x) >> 6) & 3)
#define BAD(x) (((x) >> 5) & 1)
#define HOLDS(x) ((x) & 15)

/* The device may have done any part of what is pending. A place that is written anew settles first: it has one pending version. */
#define SETTLE(i) \
    if \
    :: pending[i] == NONE \
    :: pending[i] != NONE && pending[i] != 0 -> durable[i] = pending[i] \
    :: pending[i] != NONE -> durable[i] = 0 \
    :: pending[i] != NONE -> skip \
    fi; \
    pending[i] = NONE
#define SYNC(i) durable[i] = (pending[i] == NONE -> durable[i] : pending[i]); pending[i] = NONE
#if BLOCKS == 1
#define ALL(x) x(0); x(1)
#elif BLOCKS == 2
#define ALL(x) x(0); x(1); x(2); x(3)
#else
#define ALL(x) x(0); x(1); x(2); x(3); x(4); x(5)
#endif
#define SEEN(i) (pending[i] == NONE -> durable[i] : pending[i])

/* The judge's: a bit for each position. */
byte sent, told;
byte absent;               /* taken, or never sent by who died: need not be there */
byte flushed;              /* head, as a Flush that returned has found it */
byte safe[2];              /* up to where each half is known to be durable */
byte deaths, fails, powers, kills;
byte inside;               /* the committer who is inside */
byte off;                  /* no power: who has the number goes next */
bool dead[5];
bool wakeDied;             /* with one who had the lock, and woke nobody */
#ifdef GATE
#define OWES owes = 1
#define OWES_NOTHING owes = 0
#else
#define OWES skip
#define OWES_NOTHING skip
#endif

#define ENTERS assert(inside == 0); inside = me
#define LEAVES inside = 0

/* It may die before any store. Before a load it would leave what it leaves before the next store. */
#define DIE atomic { \
    mortal && deaths < DEATHS && !off -> \
    deaths++; dead[me] = 1; \
    if :: lock == me -> lock = 0; LEAVES :: else fi; \
    if :: owes -> wakeDied = 1 :: else fi; \
    asleep = asleep & ~BIT(me); \
    goto gone }
#if POWERS > 0
#define OFF :: atomic { off == me -> goto gone }
#else
#define OFF
#endif
#define STEP(x) if :: atomic { off == 0 -> x } :: DIE OFF fi
#define LOAD(x) if :: atomic { off == 0 -> x } OFF fi

/* Each position below the limit is published, will never be, or is below head. */
#define RESOLVED(p) (word[SLOT(p)] == PUBLISHED(p) || word[SLOT(p)] == TOMBSTONE(p) || head > (p))
#define ABANDONED(p) (tail > (p) && dead[claimer[p]] && !RESOLVED(p))
#define PROGRESS (RESOLVED(limit) || ABANDONED(limit))

#ifdef FAULT_PAST_UNRESOLVED
#define FIND_LIMIT LOAD(l = tail)
#else
#define FIND_LIMIT \
    l = limit; \
    do \
    :: l < MESSAGES -> \
       STEP(if \
            :: RESOLVED(l) -> l++ \
            :: ABANDONED(l) -> word[SLOT(l)] = TOMBSTONE(l); absent = absent | BIT(l); l++ \
            :: else -> break \
            fi) \
    :: else -> break \
    od
#endif

/* C1: the word, the message, then head. */
#ifdef FAULT_COPY_NOT_CHECKED
#define WHOLE(p) true
#else
#define WHOLE(p) (head <= (p))
#endif
#if POWERS == 0
#define COPY holds = 0
#else
#define COPY \
    holds = 0; bad = 0; \
    do \
    :: c < l -> \
       LOAD(w = word[SLOT(c)]); \
       if :: w == PUBLISHED(c) -> \
             LOAD(w = content[SLOT(c)]); \
             LOAD(if :: WHOLE(c) -> holds = holds | BIT(c); bad = bad || w != c :: else fi) \
          :: else \
       fi; \
       atomic { w = 0; c++ } \
    :: else -> break \
    od
#endif

/* The half that is spared holds whatever was told. (Faults that break this at once must be found by what is lost.) */
#if defined(FAULT_SAME_HALF) || defined(FAULT_LIMIT_BEFORE_NEWEST) || defined(FAULT_TOLD_BEFORE_SYNC)
#define SPARES skip
#else
#define SPARES if :: isSnapshot -> assert(safe[1 - half] >= limit); safe[half] = 0 :: else fi
#endif

/* A death in the middle of the write leaves a torn block. */
#if POWERS == 0
#define WRITE(i, x) STEP(SPARES)
#else
#define WRITE(i, x) \
    STEP(SPARES; SETTLE(i); pending[i] = 0); \
    STEP(pending[i] = x)
#endif

/* It fails, and the pages are clean. */
#ifdef FAULT_SYNC_RETRIED
#define FAILED skip
#else
#define FAILED goto failed
#endif
#if FAILS > 0
#define SYNCS \
    if \
    :: atomic { off == 0 -> ALL(SYNC); safe[half] = l } \
    :: atomic { off == 0 && fails < FAILS -> fails++; ALL(SETTLE); FAILED } \
    :: DIE \
    OFF \
    fi
#else
#define SYNCS STEP(ALL(SYNC); safe[half] = l)
#endif

#define TELLS STEP(limit = l)

#ifdef FAULT_SAME_HALF
#define TARGET newestHalf
#else
#define TARGET (1 - newestHalf)
#endif
#ifdef FAULT_GENERATION_NOT_RAISED
#define RAISED newest
#elif defined(WITHOUT_TRIED)
#define RAISED newest + 1
#else
#define RAISED tried + 1
#endif

/* Under the lock: Append, or Rewrite. Goes to unlock if that fails twice. Without power failures it does not matter what is in a block. */
inline Commit()
{
    STEP(begun++; number = begun);
again:
#ifdef FAULT_NO_TAKEOVER
    LOAD(isSnapshot = (offset >= BLOCKS));
#else
    LOAD(isSnapshot = (mark || offset >= BLOCKS));
#endif
    STEP(mark = 1);
    if
    :: isSnapshot ->
       half = TARGET; i = AT(half, 0); s = 0; g = RAISED;
       STEP(tried = (tried > g -> tried : g));
       LOAD(h = head);
       FIND_LIMIT;
       c = h
    :: else ->
       half = newestHalf; i = AT(half, offset); s = sequence; g = newest;
       LOAD(h = head);
       FIND_LIMIT;
       h = (h < l -> h : l); c = limit
    fi;
    COPY;
    s = BLOCK(g, s, h, l, limit, bad, holds); c = 0;
#ifdef FAULT_TOLD_BEFORE_SYNC
    TELLS;
#endif
    WRITE(i, s);
    SYNCS;
#ifdef FAULT_LIMIT_BEFORE_NEWEST
    TELLS;
#endif
#if POWERS == 0
    STEP(if :: isSnapshot -> newest = g; newestHalf = half :: else fi; offset = i % BLOCKS + 1; sequence = SEQUENCE(s) + 1);
#else
    if :: isSnapshot -> STEP(newest = g; newestHalf = half) :: else fi;
    STEP(offset = i % BLOCKS + 1);
    STEP(sequence = SEQUENCE(s) + 1);
#endif
    TELLS;
    goto done;

failed:
    /* Once more, and that is a snapshot, since the mark is set. */
    LOAD(if :: !twice -> twice = 1; goto again :: else -> goto unlock fi);
done:
    STEP(mark = 0);
    STEP(ended = number)
}

#ifdef CONSUMER
#ifdef STORED_HEAD
/* A consumer that is the only one stores head: through its store buffer. */
byte taken;
active proctype Hardware()
{
endDrained:
    do
    :: atomic { off == 0 && head != taken -> head = taken }
    od
}
#else
#define taken head
#endif

/* Takes, and flushes: what it has taken does not come again. It needs a commit that begins after the call. */
#ifdef FAULT_FLUSHED_BY_ONE_UNDER_WAY
#define ENOUGH (ended >= p)
#else
#define ENOUGH (ended > p)
#endif
#define TAKES (me == 3)
#define TOLD (TAKES -> ENOUGH : PRODUCER_TOLD)
#else
#define TAKES false
#define TOLD PRODUCER_TOLD
#endif

/* With FLUSHES producers flush what they have sent, all that is behind others' claims too. */
#ifndef FLUSHES
#define PRODUCER_TOLD (limit > p)
#define MAY_COMMIT PROGRESS
#else
#ifdef HOLE_FLUSHED_BY_NUMBER
#define PRODUCER_TOLD (ended > f)
#else
#define PRODUCER_TOLD (ended > f && limit > p)
#endif
#define MAY_COMMIT (ended <= f || PROGRESS)
#endif

#ifdef GATE
#define WAKE_ALL \
    STEP(if :: announced != 0 -> epoch++; asleep = 0; announced = 0 :: else fi)
#else
#define WAKE_ALL
#endif

#ifdef THREADS
/* The first two producers are threads of one handle. */
byte flag[2];
#define HANDLE (me == 3)
#define UNLOCK STEP(lock = 0; LEAVES); STEP(flag[HANDLE] = 0)
#else
#define UNLOCK STEP(lock = 0; LEAVES)
#endif

/*
 * Waits for a commit: looks, tries the lock, announces, looks and tries again, parks. Who must wait for one that is about to publish looks
 * now and then, which is left out.
 */
inline Await()
{
    skip;
look:
    if :: atomic { off == 0 && (TOLD || TAKES || MAY_COMMIT) -> skip } OFF fi;
    LOAD(if :: TOLD -> goto served :: else fi);
#ifdef FAULT_NO_SECOND_LOOK
    if :: isAnnounced -> goto park :: else fi;
#endif
#ifdef FAULT_SECOND_LOOK_AT_LIMIT
    if :: isAnnounced -> goto park :: else fi;
#endif
#ifdef GATE
#ifdef THREADS
    /* A flag of the handle first, since the threads of one handle would get the lock together. */
    STEP(if :: flag[HANDLE] == 0 -> flag[HANDLE] = me :: else -> goto busy fi);
#endif
    STEP(if :: lock == 0 -> lock = me; ENTERS; OWES; goto locked :: else fi);
#ifdef THREADS
    STEP(flag[HANDLE] = 0; vain = 1);
busy:
#endif
    if :: isAnnounced -> goto park :: else fi;
    STEP(expected = epoch; announced++; isAnnounced = 1);
#ifdef FAULT_NO_SECOND_LOOK
    goto park;
#endif
    goto look;
park:
    STEP(if :: epoch == expected -> asleep = asleep | BIT(me) :: else fi; expected = 0; isAnnounced = 0);
    if
    :: atomic { (asleep & BIT(me)) == 0 -> skip }
    :: DIE
#ifndef FAULT_NO_BOUND
    /* The bound. While nobody has died with the lock it must not be what helps. */
    :: atomic { timeout -> assert(wakeDied || (asleep & BIT(me)) == 0); asleep = asleep & ~BIT(me) }
#endif
    fi;
    goto look;
#else
    if
    :: atomic { off == 0 && lock == 0 -> lock = me; ENTERS }
    :: atomic { off == 0 && lock != 0 && TOLD -> goto served }
    :: DIE
    OFF
    fi;
#endif
locked:
    LOAD(if :: TOLD -> goto unlock :: else fi);
    Commit();
unlock:
#ifdef FAULT_WOKEN_BEFORE_UNLOCK
    WAKE_ALL;
    UNLOCK;
#else
    UNLOCK;
#ifdef FAULT_UNLOCKED_WITHOUT_WAKE
    if :: number == 0 -> OWES_NOTHING; goto reset :: else fi;
#endif
    WAKE_ALL;
#endif
    OWES_NOTHING;
reset:
    /* Its second try failed: an exception. */
    atomic {
        isFailed = (twice && mark); h = 0; l = 0; c = 0; w = 0; holds = 0; bad = 0; i = 0; half = 0; g = 0; s = 0; number = 0; twice = 0;
        isSnapshot = 0; isAnnounced = 0; expected = 0
    };
    if :: isFailed -> goto gone :: else fi;
    goto look
}

#define PUBLISH word[SLOT(p)] = PUBLISHED(p); sent = sent | BIT(p)
#ifdef THREADS
#define AT_ONCE PUBLISH
#else
#define AT_ONCE skip
#endif

proctype Actor(byte me; bool mortal)
{
    byte h, l, c, w, holds, i, half, g, number, expected, p, f;
    bool bad, twice, isAnnounced, owes, vain, isFailed, isSnapshot;
    int s;

#ifdef CONSUMER
    if :: TAKES -> goto endTake :: else fi;
#endif
endFull:
    if
    :: atomic { off == 0 && tail < MESSAGES && tail - head < CAP -> p = tail; claimer[p] = me; tail++; AT_ONCE }
    OFF
    fi;
#if POWERS > 0
    STEP(content[SLOT(p)] = p);
#endif
#ifndef THREADS
    STEP(PUBLISH);
#endif
#ifdef FLUSHES
    LOAD(f = begun);
#endif
#ifdef CONSUMER
    goto waits;
endTake:
    do
    :: atomic { off == 0 && word[SLOT(taken)] == PUBLISHED(taken) && taken < tail -> absent = absent | BIT(taken); taken++ }
    :: atomic { off == 0 && word[SLOT(taken)] == TOMBSTONE(taken) && taken < tail -> taken++ }
    :: atomic { off == 0 && taken > 0 -> break }
    OFF
    od;
    LOAD(f = taken);
#if defined(STORED_HEAD) && !defined(FAULT_NO_FENCE)
    LOAD(head = taken);
#endif
    LOAD(p = begun);
waits:
#endif
    Await();
served:
    LOAD(if :: TAKES -> flushed = f :: else -> told = told | BIT(p) fi);
#if defined(THREADS) && !defined(HOLE_FLAG_IN_VAIN)
    /* It had the flag and did not commit: another thread may have parked because of that. */
    if :: vain -> WAKE_ALL :: else fi;
#endif
gone:
    atomic {
        h = 0; l = 0; c = 0; w = 0; holds = 0; i = 0; half = 0; g = 0; number = 0; expected = 0; p = 0; f = 0; s = 0;
        bad = 0; twice = 0; isAnnounced = 0; owes = 0; vain = 0; isFailed = 0; isSnapshot = 0
    };
endGone:
    /* Who is gone, or has ended, goes when the power does. */
    atomic { off == me -> off++ }
}

#if POWERS > 0
#define HIGHER(x, y) (x > (y) -> x : (y))

/* Reads what the device seems to hold, judges it, and finds where to go on. */
inline Read()
{
    d_step {
        g = 0; t = 0; b = 0; c = 0;
        half = 0;
        do
        :: half < 2 ->
           x = SEEN(AT(half, 0));
           if :: SEQUENCE(x) == 0 && GENERATION(x) > g -> g = GENERATION(x); n = half :: else fi;
           half++
        :: else -> break
        od;
        i = 0;
        do
        :: i < PLACES ->
           x = SEEN(i);
           t = HIGHER(t, GENERATION(x)); c = HIGHER(c, COMMITTED(x));
           if :: SEQUENCE(x) != 0 -> b = HIGHER(b, GENERATION(x)) :: else fi;
           i++
        :: else -> break
        od;
        /* No damage is reported where there is none: a generation is there, and no commit of a later one. */
        assert(g > 0 && b <= g);
        x = SEEN(AT(n, 0));
        h = HEAD(x); l = LIMIT(x); holds = HOLDS(x); bad = BAD(x);
        i = 1;
        do
        :: i < BLOCKS ->
           x = SEEN(AT(n, i));
           if :: GENERATION(x) == g && SEQUENCE(x) == i -> h = HEAD(x); l = LIMIT(x); holds = holds | HOLDS(x); bad = bad | BAD(x)
              :: else -> break
           fi;
           i++
        :: else -> break
        od;
        s = i;
        do
        :: i < BLOCKS -> x = SEEN(AT(n, i)); assert(GENERATION(x) != g || SEQUENCE(x) <= s); i++
        :: else -> break
        od;
        assert(c <= l);

        assert(h >= flushed);
        assert(!bad);
        i = 0;
        do
        :: i < MESSAGES ->
           /* Told: it is there, unless it was taken. */
           assert((told & BIT(i)) == 0 || (i < l && ((absent & BIT(i)) != 0 || (i >= h && (holds & BIT(i)) != 0))));
           /* A prefix: whatever is missing before the end was taken, or never sent. */
           assert(i < h || i >= l || (holds & BIT(i)) != 0 || (absent & BIT(i)) != 0);
           /* Below head, it was taken. */
           assert(i >= h || (absent & BIT(i)) != 0);
           /* Nothing is invented. */
           assert((holds & BIT(i)) == 0 || (sent & BIT(i)) != 0);
           if :: i < h || i >= l -> holds = holds & ~BIT(i) :: else fi;
           i++
        :: else -> break
        od;
        i = 0; x = 0; b = 0; c = 0; half = 0; bad = 0; s = 0
    }
}

/* At any state; those who lived go one by one. Then somebody opens the queue, who may be killed, and then another does. */
#define FAILS_AGAIN :: atomic { powers < POWERS -> powers++; goto cut } :: atomic { kills < KILLS -> kills++; goto opens }
#define RECOVERS(x) if :: atomic { x } FAILS_AGAIN fi
#define RECOVERS_BY_A_SYNC \
    if :: atomic { ALL(SYNC) } :: atomic { kills < KILLS -> kills++; ALL(SETTLE); goto opens } FAILS_AGAIN fi
#define ACTORS 3

active proctype Power()
{
    byte g, t, b, c, h, l, n, i, s, holds, half;
    bool bad;
    int x;

endOn:
    atomic { powers < POWERS && off == 0 -> powers++; off = 1 };
    atomic {
        off == 1 + ACTORS ->
#ifdef STORED_HEAD
        taken = 0;
#endif
        tail = 0; head = 0; begun = 0; ended = 0; lock = 0; inside = 0; epoch = 0; announced = 0;
        safe[0] = 0; safe[1] = 0; deaths = DEATHS; fails = FAILS;
        mark = 0; newest = 0; newestHalf = 0; tried = 0; offset = 0; sequence = 0; limit = 0;
        i = 0;
        do :: i < CAP -> word[i] = 0; content[i] = 0; i++ :: else -> i = 0; break od;
        do :: i < 4 -> claimer[i] = 0; dead[i] = 0; i++ :: else -> i = 0; break od;
        dead[4] = 0
    };
cut:
    atomic { ALL(SETTLE); g = 0; t = 0; h = 0; l = 0; n = 0; holds = 0 };
opens:
    atomic { g = 0; t = 0; h = 0; l = 0; n = 0; holds = 0 };
#ifndef FAULT_NO_FIRST_SYNC
    RECOVERS_BY_A_SYNC;
#endif
    Read();
    n = AT(1 - n, 0);
    RECOVERS(SETTLE(n); pending[n] = 0);
    RECOVERS(pending[n] = BLOCK(t + 1, 0, h, l, l, 0, holds));
#ifndef FAULT_NO_LAST_SYNC
    RECOVERS_BY_A_SYNC;
#endif
    /* The ring is linked: whoever opens it finds these messages committed, and what was not there does not come again. */
    atomic {
        told = holds; sent = holds; flushed = h; absent = 0; safe[n / BLOCKS] = l; safe[1 - n / BLOCKS] = 0;
        i = 0;
        do
        :: i < MESSAGES -> if :: i < l && (holds & BIT(i)) == 0 -> absent = absent | BIT(i) :: else fi; i++
        :: else -> i = 0; break
        od;
#ifdef AGAIN
        tail = l; head = h; limit = l; newest = t + 1; newestHalf = n / BLOCKS; tried = t + 1; offset = 1; sequence = 1;
        do
        :: i < l -> if :: (holds & BIT(i)) != 0 -> word[SLOT(i)] = PUBLISHED(i); content[SLOT(i)] = i
                       :: (holds & BIT(i)) == 0 && i >= h -> word[SLOT(i)] = TOMBSTONE(i)
                       :: else
                    fi; i++
        :: else -> i = 0; break
        od;
        if :: powers < POWERS && tail < MESSAGES -> deaths = DEATHS - 1; off = 0; run Actor(1, 1); run Actor(2, 0); run Idle(3)
           :: else -> tail = 0; head = 0; limit = 0; newest = 0; newestHalf = 0; tried = 0; offset = 0; sequence = 0; goto rests
        fi;
#endif
        g = 0; t = 0; h = 0; l = 0; n = 0; holds = 0
    };
#ifdef AGAIN
    goto endOn;
rests:
#endif
    if :: atomic { powers < POWERS -> powers++; goto cut } :: atomic { powers == POWERS -> skip } fi
}
#endif

proctype Idle(byte me)
{
endGone:
    atomic { off == me -> off++ }
}

init
{
    byte i;
    atomic {
        do :: i < PLACES -> pending[i] = NONE; i++ :: else -> i = 0; break od;
        durable[AT(0, 0)] = BLOCK(1, 0, 0, 0, 0, 0, 0);
        newest = 1; tried = 1; offset = 1; sequence = 1;
        run Actor(1, 1);
#if PRODUCERS > 1
        run Actor(2, MORTALS > 1);
#else
        run Idle(2);
#endif
#ifdef CONSUMER
        run Actor(3, MORTALS > 2)
#elif PRODUCERS > 2
        run Actor(3, MORTALS > 2)
#else
        run Idle(3)
#endif
    }
}
