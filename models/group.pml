/*
 * A consumer group: many take under leases, acknowledge, give back, are late, die; what they held is handed out again; slots are freed by
 * the group's cursor.
 *
 * Follows Ring/Groups step by step: one atomic block is one access to a shared word and what is computed from it in private. Claiming and
 * publishing are the ring's (ring.pml), moving head is broadcast's, as is the birth of a group (cast.pml): here one producer publishes a
 * message in one step, and moves head in another. A message is its position. README.md says what is checked, within which bounds, and what
 * each fault is.
 */
#define CAP 2
#ifndef MESSAGES
#define MESSAGES 3
#endif
#ifndef CONSUMERS
#define CONSUMERS 2
#endif
#ifndef MORTALS
#define MORTALS CONSUMERS  /* so many of them may die */
#endif
#ifndef DEATHS
#define DEATHS 1
#endif
#ifndef BACKS
#define BACKS 1            /* messages given back by who lives, in all */
#endif
#ifndef TAKE
#define TAKE 1             /* messages a consumer asks for in one call */
#endif
#ifndef MAX_DELIVERIES
#define MAX_DELIVERIES 9   /* who gets a message more often sends it to the dead-letter queue */
#endif
#ifndef TOMBSTONE_AT
#define TOMBSTONE_AT 0     /* a position without a message */
#endif
#ifndef LATES
#define LATES 0            /* leases whose deadline passes */
#endif

#define FIRST CAP
#define LAST (FIRST + MESSAGES)
#define SLOT(p) ((p) % CAP)
#define PUBLISHED(p) ((p) * 2)
#define TOMBSTONE(p) ((p) * 2 + 1)

/* A ledger word. A position's slot says the rest of it, so a position here is what a lap is there. */
#define RETURNED(p, n) ((p) * 64 + (n) * 4 + 2)
#define DONE(p, n) ((p) * 64 + (n) * 4 + 3)
#ifdef FAULT_NO_COUNT                  /* each lease of a position is the same word */
#define LEASED(p, n) ((p) * 64 + 1)
#else
#define LEASED(p, n) ((p) * 64 + (n) * 4 + 1)
#endif
#define POSITION(w) ((w) / 64)
#define DELIVERIES(w) (((w) / 4) % 16)
#define IS_LEASED(w) ((w) % 4 == 1)
#define IS_RETURNED(w) ((w) % 4 == 2)
#define IS_DONE(w) ((w) % 4 == 3)

/* The segment. Fresh, the ledger is done with the lap before. */
byte head = FIRST, cursor = FIRST, next = FIRST;
byte slot[CAP];
short ledger[CAP];
#define ENTRIES CONSUMERS
byte first[ENTRIES], count[ENTRIES], deliveries[ENTRIES], owner[ENTRIES];

/* Returns: for each consumer a bit, whether it has moved since what that one saw before its last fruitless scan. */
byte moved;
#define BIT(me) (1 << (me))
#define RAISE moved = 30; STIR

/* The kernel's. An owner's number is never used again. */
bool dead[5];
bool late[ENTRIES];        /* the deadline of its lease has passed */

/* The judge's. */
byte deaths, backs, lates;
byte left = MESSAGES;
byte holder[LAST + TAKE];
bool finished[LAST + TAKE], sent[LAST + TAKE];

/* Who has found nothing waits until something has been stored since its look began: what lasts then is stuck, and an invalid end state. */
byte watching, stirred;
#define STIR stirred = watching
#define WATCH watching = watching | BIT(me); stirred = stirred & ~BIT(me)
#define UNWATCH watching = watching & ~BIT(me); stirred = stirred & ~BIT(me)

/* It may die before any step. Before a load that follows a load it would leave what it leaves before the first of them. */
#define DIE atomic { mortal && deaths < DEATHS -> deaths++; dead[me] = 1; STIR; goto gone }
#define STEP(x) if :: atomic { x } :: DIE fi
#define LOAD(x) atomic { x }

/* A message comes into somebody's hands: nobody else's who lives, and whose deadline has not passed. */
#define IN_OTHER_HANDS(p) (holder[p] != 0 && !dead[holder[p]] && !(LATES > 0 && late[holder[p] - 1]))
#define HOLDS(p) \
    assert(!finished[p] && slot[SLOT(p)] == PUBLISHED(p)); \
    assert(!IN_OTHER_HANDS(p)); \
    holder[p] = me; \
    FORGET_READY(p)

/* k positions from c on are delivered for the first time. */
#define CLAIMED \
    n = 1; got = c; some = k; \
    HOLDS(c); \
    if :: k == 2 -> HOLDS(c + 1) :: else fi; \
    ASSERT_ORDER; \
    UNWATCH

/* What was given back whole before a call began, and is still there, goes before a new one. */
#ifdef RETURNED_FIRST
byte ready, before[5];
#define READY(p) if :: IS_RETURNED(ledger[SLOT(p)]) && POSITION(ledger[SLOT(p)]) == (p) -> ready = ready | (1 << (p)) :: else fi
#define FORGET_READY(p) \
    ready = ready & ~(1 << (p)); before[1] = before[1] & ready; before[2] = before[2] & ready; before[3] = before[3] & ready
#define LOOK_BEGINS before[me] = ready
#define ASSERT_ORDER assert(before[me] == 0)
#else
#define READY(p) skip
#define FORGET_READY(p) skip
#define LOOK_BEGINS skip
#define ASSERT_ORDER skip
#endif

/* Announced before it is claimed (G1), and kept until the words are there (G2). */
#define ANNOUNCE(p, k, n) \
    STEP(count[e] = k; deliveries[e] = n; late[e] = 0; first[e] = p)

#define WITHDRAW STEP(first[e] = 0; STIR)

/* Whether an entry keeps its leases, and which of the positions that were seen it covers. */
#define LIVES(i) (owner[i] != 0 && !dead[owner[i]] && !late[i])
#define NUMBER(p) (POSITION(saw[SLOT(p)]) == (p) -> DELIVERIES(saw[SLOT(p)]) : 1)
#if defined(FAULT_COVERS_ANY_NUMBER) || defined(FAULT_NO_COUNT)
#define COVERS(p) (f <= (p) && (p) - f < k)
#else
#define COVERS(p) (f <= (p) && (p) - f < k && n == NUMBER(p))
#endif
#define SPARE(p) if :: saw[SLOT(p)] != 0 && COVERS(p) -> saw[SLOT(p)] = 0 :: else fi

#ifdef THREADS
/*
 * The first consumer's handle has two threads. One takes, and settles the first message of what it took; the other settles the second. With
 * ENDS a third ends the member. Their own: which leases are open, how many words are not stored yet, a mark of a call that takes, closed.
 */
bool isOpen[2], taking, closed, handed;
byte batch, batchDeliveries, unstored;
#define LEAVES (me == 1 && closed)
#else
#define LEAVES false
#endif

/* A call that takes has a mark, and looks at closed when it is stored (D1). */
#ifdef ENDS
#define BEGINS if :: me == 1 -> taking = 1 :: else fi
#define ENDED if :: me == 1 -> taking = 0 :: else fi
#else
#define BEGINS skip
#define ENDED skip
#endif

inline Look()
{
    skip;
again:
    /* Returns is read before the words are. */
    STEP(LOOK_BEGINS; WATCH;
         if :: (moved & BIT(me)) != 0 || force -> k = ((moved & BIT(me)) != 0); moved = moved & ~BIT(me); c = cursor; x = next
            :: else -> goto fresh
         fi);
    do
    :: c < x ->
       LOAD(w = ledger[SLOT(c)]);
       if :: POSITION(w) == c && IS_RETURNED(w) ->
             ANNOUNCE(c, 1, DELIVERIES(w) + 1);
             STEP(if :: ledger[SLOT(c)] == w ->
                        n = DELIVERIES(w) + 1; ledger[SLOT(c)] = LEASED(c, n); HOLDS(c); got = c; some = 1;
                        if :: k -> moved = moved | BIT(me) :: else fi;
                        UNWATCH; goto taken
                     :: else -> skip
                  fi);
             WITHDRAW
          :: else
       fi;
       atomic { c++; w = 0 }
    :: else -> break
    od;

fresh:
    STEP(c = next; w = slot[SLOT(c)]; k = 1; x = 0; force = 0;
         if :: w == PUBLISHED(c) -> if :: TAKE > 1 && slot[SLOT(c + 1)] == PUBLISHED(c + 1) -> k = 2 :: else fi
            :: w == TOMBSTONE(c) -> goto pass
            :: else -> c = 0; w = 0; k = 0; goto examine
         fi);
#ifdef FAULT_ANNOUNCED_LATE
    STEP(if :: next == c -> next = c + k; CLAIMED :: else -> c = 0; w = 0; k = 0; goto fresh fi);
    ANNOUNCE(got, some, 1);
    goto taken;
#else
    ANNOUNCE(c, k, 1);
    STEP(if :: next == c -> next = c + k; CLAIMED; goto taken :: else -> skip fi);
    WITHDRAW;
    goto fresh;
#endif
pass:
    STEP(if :: next == c -> next = c + 1; STIR :: else fi; goto fresh);

    /* Blocked. */
examine:
    LOAD(x = next; c = cursor);
    do
    :: c + i < x ->
#if TOMBSTONE_AT > 0
       LOAD(w = ledger[SLOT(c + i)]);
#endif
       LOAD(
#if TOMBSTONE_AT == 0
            w = ledger[SLOT(c + i)];
#endif
            if :: POSITION(w) == c + i && IS_LEASED(w) -> saw[SLOT(c + i)] = w
#ifndef FAULT_LOOKS_ONLY_IF_TOLD
               :: POSITION(w) == c + i && IS_RETURNED(w) -> force = 1
#endif
               :: POSITION(w) == c + i && IS_DONE(w) && passed == i -> passed++
               /* The first delivery, or no message, or one that is over, and its slot is another's. */
#ifdef FAULT_OTHER_THAN_TOMBSTONE
               :: POSITION(w) < c + i && slot[SLOT(c + i)] != TOMBSTONE(c + i) -> saw[SLOT(c + i)] = w
#else
               :: POSITION(w) < c + i && slot[SLOT(c + i)] == PUBLISHED(c + i) -> saw[SLOT(c + i)] = w
#endif
               :: POSITION(w) < c + i && slot[SLOT(c + i)] == TOMBSTONE(c + i) && passed == i -> passed++
               :: else
            fi;
            i++; w = 0)
    :: else -> break
    od;
    i = 0;
#ifdef EXAMINERS_PASS
    if :: passed > 0 -> STEP(if :: cursor == c -> cursor = c + passed :: else fi) :: else fi;
#endif
    passed = 0;
    if :: saw[0] != 0 || saw[1] != 0 ->
          do
          :: i == e && first[e] == 0 -> i++
          :: i < ENTRIES && (i != e || first[e] != 0) ->
             LOAD(f = first[i]);
             if :: f != 0 ->
                   LOAD(k = count[i]; n = deliveries[i];
                        if :: LIVES(i) -> SPARE(c); SPARE(c + 1) :: else fi;
                        k = 0; n = 0; f = 0)
                :: else
             fi;
             i++
          :: else -> break
          od;
          i = 0;
          do
          :: c + i < x ->
             if :: saw[SLOT(c + i)] != 0 ->
#ifdef FAULT_WORD_READ_AGAIN           /* after the entries, and whose it is by then is not known */
                   LOAD(w = ledger[SLOT(c + i)]; if :: IS_LEASED(w) -> saw[SLOT(c + i)] = w :: else fi; w = 0);
#endif
                   n = NUMBER(c + i);
#ifdef FAULT_RETURNED_BY_STORE
                   STEP(ledger[SLOT(c + i)] = RETURNED(c + i, n); k = 1; STIR);
#else
                   STEP(if :: ledger[SLOT(c + i)] == saw[SLOT(c + i)] ->
                              ledger[SLOT(c + i)] = RETURNED(c + i, n); k = 1; STIR
                           :: else
                        fi);
#endif
                   saw[SLOT(c + i)] = 0; n = 0;
                   if :: k -> STEP(RAISE; READY(c + i); k = 0) :: else fi
                :: else
             fi;
             i++
          :: else -> break
          od
       :: else
    fi;
    atomic { c = 0; x = 0; i = 0 }
    if :: atomic { force || (stirred & BIT(me)) != 0 || left == 0 || LEAVES -> UNWATCH }
       :: DIE
    fi;
    goto done;

taken:
    atomic { force = 0; c = 0; x = 0; w = 0; k = 0 };
done:
    skip
}

/* Position q is over: with the count in the entry, and by the one who has it. */
#define FINISHES \
    assert(holder[q] == me && !finished[q] && slot[SLOT(q)] == PUBLISHED(q)); \
    assert(n <= MAX_DELIVERIES || sent[q]); \
    holder[q] = 0; finished[q] = 1; left--

/* What a lease has made of its word: a first delivery leaves it as it was, of an earlier lap. */
#ifdef FAULT_ANY_OTHER_LAP
#define IS_HELD(w) ((POSITION(w) != q && n == 1) || w == LEASED(q, n))
#else
#define IS_HELD(w) ((POSITION(w) < q && n == 1) || w == LEASED(q, n))
#endif

/*
 * The word is swapped, from what it must be. While the one who has the message lives the swap does not fail, so here it is one step with
 * the load before it; with a deadline others may have taken the message back. Uses w, k.
 */
#if LATES == 0
#define SETTLE(word, then) STEP(assert(IS_HELD(ledger[SLOT(q)])); ledger[SLOT(q)] = word; then)
#elif defined(FAULT_LATE_BY_STORE)
#define SETTLE(word, then) STEP(ledger[SLOT(q)] = word; then)
#else
#define SETTLE(word, then) \
    LOAD(w = ledger[SLOT(q)]; k = IS_HELD(w)); \
    STEP(if :: k && ledger[SLOT(q)] == w -> ledger[SLOT(q)] = word; then \
            :: else -> assert(late[e]); if :: holder[q] == me -> holder[q] = 0 :: else fi \
         fi; w = 0; k = 0)
#endif

#ifdef THREADS
#ifdef FAULT_LAST_BY_THE_SWAP          /* who opened the last of them withdraws the entry */
#define STORED skip
#else
#define STORED withdraws = (unstored == 0)
#endif

/*
 * Closed first, so that a lease is used once; who has stored the last word withdraws the entry. When the member has left nothing is stored:
 * the group may be removed then, and its ledger be another's.
 */
#define SETTLE_ONE(which) \
    LOAD(if :: isOpen[which] -> isOpen[which] = 0; q = batch + which; withdraws = (!isOpen[0] && !isOpen[1]) :: else -> q = 0 fi); \
    if :: q != 0 -> \
          n = batchDeliveries; \
          LOAD(assert(!dead[1] && IS_HELD(ledger[SLOT(q)])); ledger[SLOT(q)] = DONE(q, n); FINISHES); \
          LOAD(unstored--; STORED); \
          if :: withdraws -> LOAD(if :: !dead[1] -> first[0] = 0; STIR :: else fi) :: else fi \
       :: else \
    fi; \
    atomic { withdraws = 0; q = 0; n = 0 }

proctype Thread()
{
    byte me = 1, n, q;
    bool withdraws;
    do
    :: atomic { (left == 0 || dead[1]) && !handed -> break }
    :: handed -> SETTLE_ONE(1); atomic { handed = 0 }
    od
}

#ifdef ENDS
/* Waits for the call that takes, gives back what is open, and waits for who has a word to store. Then the lock is dropped. */
proctype Ender()
{
    byte i, q;
    atomic { closed = 1; STIR };
    !taking;
    do
    :: i < 2 ->
       LOAD(if :: isOpen[i] -> isOpen[i] = 0; q = batch + i :: else fi);
       if :: q != 0 ->
             LOAD(ledger[SLOT(q)] = RETURNED(q, batchDeliveries); holder[q] = 0; STIR);
             LOAD(RAISE);
             LOAD(unstored--)
          :: else
       fi;
       atomic { q = 0; i++ }
    :: else -> break
    od;
#ifndef FAULT_LEFT_BESIDE_A_SETTLE
    unstored == 0;
#endif
    atomic { dead[1] = 1; i = 0; STIR }
}
#endif
#endif

#ifdef RESTS                           /* one of the consumers gives back, and keeps its last message until all others are settled */
#define GIVES_BACK (me == 2)
#else
#define GIVES_BACK 1
#endif

#define WITHDRAW_LAST if :: some == 1 -> WITHDRAW :: else fi

inline Settle()
{
    do
    :: some > 0 ->
#ifdef THREADS
       if :: me == 1 ->
             atomic {
                 batch = got; batchDeliveries = n; unstored = some;
                 isOpen[0] = 1; isOpen[1] = (some == 2); handed = (some == 2); taking = 0
             };
             SETTLE_ONE(0);
             atomic { !handed && (first[0] == 0 || closed) -> got = 0; some = 0 };
             break
          :: else
       fi;
#endif
#if TAKE > 1
       if :: q = got :: some > 1 -> q = got + 1 fi;
#else
       q = got;
#endif
#ifdef RESTS
       if :: me == 2 && some == 1 -> atomic { left == 1 } :: else fi;
#endif
       assert(slot[SLOT(q)] == PUBLISHED(q) || late[e]);
       if
       :: n <= MAX_DELIVERIES ->
#ifdef FAULT_CLEARED_EARLY
          WITHDRAW_LAST;
#endif
          SETTLE(DONE(q, n), FINISHES);
#ifndef FAULT_CLEARED_EARLY
          WITHDRAW_LAST
#endif
       :: n > MAX_DELIVERIES ->
#ifdef FAULT_SETTLED_BEFORE_SENT
          SETTLE(DONE(q, n), FINISHES);
          STEP(sent[q] = 1);
#else
          STEP(sent[q] = 1);
          SETTLE(DONE(q, n), FINISHES);
#endif
          WITHDRAW_LAST
       :: atomic { GIVES_BACK && backs < BACKS -> backs++ };
#ifdef FAULT_CLEARED_EARLY
          WITHDRAW_LAST;
#endif
#ifdef FAULT_RAISED_EARLY
          STEP(RAISE);
          SETTLE(RETURNED(q, n), holder[q] = 0; STIR; READY(q));
#else
          SETTLE(RETURNED(q, n), holder[q] = 0; STIR);
          STEP(RAISE; READY(q));
#endif
#ifndef FAULT_CLEARED_EARLY
          WITHDRAW_LAST
#endif
       fi;
       atomic { if :: q == got -> got++ :: else fi; some--; q = 0 }
    :: else -> break
    od;
    atomic { got = 0; n = 0 }
}

proctype Consumer(byte me; byte e; bool mortal; bool newcomer)
{
    byte c, x, k, n, f, i, passed, got, some, q;
    short w, saw[CAP];
    bool force;
#ifdef THREADS
    bool withdraws;
#endif

    if :: newcomer ->
          atomic {
              dead[1] || dead[2] || left == 0 ->
              if :: dead[1] -> e = 0 :: dead[2] -> e = 1 :: else -> goto gone fi
          };
          STEP(owner[e] = me; STIR);
#ifndef FAULT_KEEPS_THE_DEADS          /* what the dead one had announced */
          WITHDRAW
#endif
       :: else
    fi;
    do
    :: atomic { left == 0 || LEAVES -> break }
    :: atomic { left != 0 && !LEAVES -> BEGINS };
       Look();
       if :: got != 0 -> Settle() :: else -> ENDED fi
    od;
gone:
    atomic {
        UNWATCH; moved = moved | BIT(me);
        c = 0; x = 0; k = 0; n = 0; f = 0; i = 0; passed = 0; got = 0; some = 0; q = 0;
        w = 0; saw[0] = 0; saw[1] = 0; force = 0
    }
}

#ifdef SUBSCRIBER
/* A plain subscriber beside the group: head waits for it too. */
byte taken = FIRST;
#define OTHERS_PASSED (taken > head)

proctype Subscriber()
{
    do
    :: atomic { taken == LAST -> break }
    :: atomic { taken < LAST && slot[SLOT(taken)] / 2 >= taken -> assert(slot[SLOT(taken)] / 2 == taken) };
       atomic { assert(slot[SLOT(taken)] / 2 == taken); taken++ }
    od
}
#else
#define OTHERS_PASSED 1
#endif

/* One producer: head is moved by it alone. It looks when there is something to see. */
#define PASSABLE(p) ((POSITION(ledger[SLOT(p)]) == (p) && IS_DONE(ledger[SLOT(p)])) || slot[SLOT(p)] == TOMBSTONE(p))

proctype Producer()
{
    byte t = FIRST, c, x, m;

    do
    :: t == LAST -> break
    :: t < LAST && t - head >= CAP ->
#ifdef FAULT_FREED_BY_NEXT
       atomic { next > head -> head = next }
#else
       atomic { OTHERS_PASSED && (cursor > head || (cursor < next && PASSABLE(cursor))) -> x = next; c = cursor; m = c };
       do
       :: m < x && m < head + CAP -> LOAD(if :: PASSABLE(m) -> m++ :: else -> break fi)
       :: else -> break
       od;
       if :: m > c -> LOAD(if :: cursor == c -> cursor = m :: else fi) :: else fi;
#ifdef SUBSCRIBER
       LOAD(if :: taken < m -> m = taken :: else fi);
#endif
       atomic { if :: m > head -> head = m :: else fi; c = 0; x = 0; m = 0 }
#endif
    :: atomic {
           t < LAST && t - head < CAP ->
           assert(t < FIRST + CAP || finished[t - CAP] || t - CAP == TOMBSTONE_AT);
#ifdef SUBSCRIBER
           assert(t < FIRST + CAP || taken > t - CAP);
#endif
           slot[SLOT(t)] = (t == TOMBSTONE_AT -> TOMBSTONE(t) : PUBLISHED(t)); STIR; t++
       }
    od
}

#if LATES > 0
/* Time passes for the first consumer alone: the others are like it. */
proctype Clock()
{
    do
    :: atomic { lates < LATES && first[0] != 0 && !late[0] -> lates++; late[0] = 1; STIR }
    :: atomic { lates == LATES || left == 0 -> break }
    od
}
#endif

init
{
    atomic {
        left = MESSAGES - (TOMBSTONE_AT != 0);
        ledger[0] = DONE(0, 0); ledger[1] = DONE(1, 0);
        owner[0] = 1; run Consumer(1, 0, MORTALS > 0, 0);
        owner[1] = 2; run Consumer(2, 1, MORTALS > 1, 0);
#if CONSUMERS > 2
        owner[2] = 3; run Consumer(3, 2, MORTALS > 2, 0);
#endif
#ifdef NEWCOMER
        run Consumer(CONSUMERS + 1, 0, 0, 1);
#endif
#ifdef THREADS
        run Thread();
#ifdef ENDS
        run Ender();
#endif
#endif
#ifdef SUBSCRIBER
        run Subscriber();
#endif
#if LATES > 0
        run Clock();
#endif
        run Producer()
    }
}
