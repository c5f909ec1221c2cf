/*
 * One producer, one consumer: the word is published first, tail follows; head is stored. Two processes contend for each role; a holder
 * may give it back or die before any step, and its successor goes on from what it finds.
 *
 * Follows Ring/OneProducer, OneWaitingConsumer (with SHIFT: OneConsumer and TryDisplace), Recovery and Liveness/RoleHolder step by step: one
 * atomic block is one access to a shared word. README.md says what is checked, within which bounds, and what each fault is.
 */
#ifndef DEATHS
#define DEATHS 1
#endif
#ifndef CALLS
#define CALLS 2
#endif
#define CAP 2
#define IDS 8
#define PUBLISHED(p) ((p) * 4 + 2)
#define SLOT(p) ((p) % CAP)
#define ID(producer, n) ((producer) * IDS + (n) + 1)

byte tail = CAP;
bool completed;
byte head = CAP;
byte word[CAP];
byte message[CAP];
byte producerRole, consumerRole;   /* an owner word: 0 is nobody */
bool producerLives[2] = 1;
byte generation[2];                /* of the consumers' entries: raised when another process takes over a dead one's */

/* The judge's. */
byte deaths;
byte finished;
byte handovers;
bool producing[2], consuming[2];
bool acknowledged[2 * IDS + 1];
bool taken[2 * IDS + 1];
byte latest[2];

#define DIE atomic { deaths < DEATHS -> deaths++; goto dead }
#define STEP(x) if :: atomic { x } :: DIE fi
#define LEAVES(id) \
    assert(id != 0); assert(!taken[id]); taken[id] = 1; assert(id > latest[(id - 1) / IDS]); latest[(id - 1) / IDS] = id

#define CONSUMER(me) (generation[me] * 2 + me + 1)
#define PRODUCER_HOLDS (holder != 0 && producerLives[holder - 1])
#define CONSUMER_HOLDS (holder != 0 && CONSUMER((holder - 1) % 2) == holder)
#ifdef FAULT_ROLE_FROM_THE_LIVING
#define HELD(holds) false
#else
#define HELD(holds) holds
#endif
#ifdef FAULT_ROLE_BY_STORE
#define FREE_STILL(role) true
#else
#define FREE_STILL(role) (role == holder)
#endif

proctype Producer(byte me)
{
    byte holder, t, h, next, limit, n, i, seq, c, w;
    byte calls = CALLS;

take:
    STEP(holder = producerRole);
    if :: atomic { HELD(PRODUCER_HOLDS) -> holder = 0; goto take } :: else fi;
    STEP(if :: FREE_STILL(producerRole) -> producerRole = me + 1; holder = 0;
               assert(!producing[1 - me]); producing[me] = 1
            :: else -> holder = 0; goto take fi);
    /* NextOfOneProducer */
    STEP(t = tail);
    STEP(h = head; next = (t > h -> t : h); t = 0; h = 0);
#ifndef FAULT_NO_WALK
    do
    :: atomic { i == CAP -> break }
    :: i < CAP -> STEP(if :: word[SLOT(next)] == PUBLISHED(next) -> next++; i++ :: else -> break fi)
    od;
#endif
#ifndef HOLE_TAIL_LEFT_BEHIND
    STEP(tail = next);
#endif
    i = 0; limit = 1;

send:
    if :: atomic { calls == 0 -> goto leave } :: else fi;
    n = 2;
    if :: next + n > limit ->
          STEP(assert(!completed));
          STEP(h = head; assert(h <= next && next <= h + CAP);
               limit = h + CAP; n = (limit - next < n -> limit - next : n));
          if :: n == 0 ->
#ifdef SHIFT
                STEP(w = h; h = head);
                STEP(if :: tail - h < CAP -> assert(h != w) /* full and not full: it would try for ever */; h = 0; w = 0; goto send
                        :: else -> w = 0 fi);
                STEP(w = word[SLOT(h)]);
                if :: w == PUBLISHED(h) ->
                      STEP(w = 0; c = message[SLOT(h)]);
                      STEP(if :: head == h -> head = h + 1; LEAVES(c) :: else fi; c = 0; h = 0)
                   :: else -> atomic { assert(head != h); w = 0; h = 0 }
                fi;
#else
                atomic { h = 0 };
#endif
                goto send
             :: else -> h = 0
          fi
       :: else
    fi;
#ifdef FAULT_TAIL_FIRST
    STEP(tail = next + n);
#endif
    i = 0;
    do
    :: atomic { i == n -> break }
    :: i < n ->
#ifdef FAULT_GIVEN_BACK_EARLY
        if :: calls == 1 && i + 1 == n -> atomic { producerRole = 0; producing[me] = 0 } :: else fi;
#endif
        STEP(message[SLOT(next + i)] = 0);
        STEP(message[SLOT(next + i)] = ID(me, seq + i));
        STEP(word[SLOT(next + i)] = PUBLISHED(next + i); i++)
    od;
    STEP(next = next + n;
#ifndef FAULT_TAIL_FIRST
         tail = next;
#endif
         do :: i > 0 -> i--; acknowledged[ID(me, seq + i)] = 1 :: else -> break od;
         seq = seq + n; n = 0; calls--; goto send);

leave:
    /* The last one ends the stream. Dispose gives the role back. */
    STEP(if :: finished == 1 && producerRole == me + 1 -> tail = next; completed = 1 :: else fi);
    STEP(if :: producerRole == me + 1 -> producerRole = 0 :: else fi; producing[me] = 0);
dead:
    atomic { producerLives[me] = 0; producing[me] = 0;
             finished++; holder = 0; t = 0; h = 0; next = 0; limit = 0; n = 0; i = 0; seq = 0; c = 0; w = 0; calls = 0 }
}

#define ENDED (finished == 2 && word[SLOT(head)] != PUBLISHED(head))

proctype Consumer(byte me)
{
    byte holder, next, h, c, w, t, now;
    bool end;

take:
    if :: atomic { ENDED -> goto leave } :: STEP(holder = consumerRole) fi;
    if :: atomic { HELD(CONSUMER_HOLDS) -> holder = 0; goto take } :: else fi;
    STEP(if :: FREE_STILL(consumerRole) -> consumerRole = CONSUMER(me); holder = 0;
               assert(!consuming[1 - me]); consuming[me] = 1
            :: else -> holder = 0; goto take fi);
    STEP(next = head);

look:
    if :: atomic { ENDED -> goto leave }
       :: atomic { !ENDED && handovers < 1 -> handovers++; consumerRole = 0; consuming[me] = 0; next = 0; goto take }
       :: atomic { !ENDED -> skip }
    fi;
#ifdef SHIFT
    STEP(next = head);
#endif
    STEP(w = word[SLOT(next)]);
    if :: w == PUBLISHED(next) ->
#ifdef FAULT_FREED_BEFORE_COPY
          STEP(w = 0; head = next + 1);
          STEP(c = message[SLOT(next)]; LEAVES(c); c = 0; next++; goto look)
#else
          STEP(w = 0; c = message[SLOT(next)]);
#ifdef SHIFT
          STEP(if :: head == next -> head = next + 1; LEAVES(c) :: else fi; c = 0; goto look)
#else
          STEP(head = next + 1; LEAVES(c); c = 0; next++; goto look)
#endif
#endif
       :: else ->
          /* Investigate: nothing to recover, but what it calls corrupt must not come up. */
          STEP(t = tail; end = completed);
          STEP(w = word[SLOT(next)]);
          if :: w != PUBLISHED(next) ->
                STEP(now = head);
                if :: now == next ->
#ifndef CORRUPT_IS_IGNORED
                      assert(next >= t && next - t <= CAP && (w == 0 || (w / 4 < next && w / 4 >= CAP)));
#endif
                      if :: atomic { end && next == t -> goto leave } :: else fi
                   :: else
                fi
             :: else
          fi;
          atomic { t = 0; end = 0; w = 0; now = 0; goto look }
    fi;

dead:
    /* Another process tries for the role; what names the dead one's generation is stale by then. */
    atomic { consuming[me] = 0; next = 0; c = 0; w = 0; t = 0; end = 0; now = 0; holder = 0 };
    atomic { generation[me]++; goto take };
leave:
    atomic { if :: consuming[me] -> consumerRole = 0 :: else fi; consuming[me] = 0;
             next = 0; c = 0; w = 0; t = 0; end = 0; now = 0; holder = 0 }
}

init
{
    byte i;
    atomic { run Producer(0); run Producer(1); run Consumer(0); run Consumer(1) };
    atomic {
        _nr_pr == 1 ->
        i = 1;
        do :: i <= 2 * IDS -> assert(!acknowledged[i] || taken[i]); i++ :: else -> break od
    }
}
