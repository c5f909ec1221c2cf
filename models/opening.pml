/*
 * Opening a durable queue: its journal is one file, its ring is in a memory folder, of which each container may have its own. Who finds no
 * ring makes one out of the journal. README.md says what is checked, within which bounds, and what each fault is.
 *
 * The kernel drops the locks of who dies, or leaves. Recovery itself is commit.pml's; here it is the store that makes the journal another
 * ring's. A ring stays when its last process has gone, and may be lost then. The journal itself is neither created nor deleted here.
 */
#ifndef OPENERS
#define OPENERS 3
#endif
#ifndef DEATHS
#define DEATHS 1
#endif
#ifndef LOSSES
#define LOSSES 1           /* a folder loses its ring, as when a container ends */
#endif

#define BIT(p) (1 << (p))

byte ring[2] = { 1, 0 };   /* in each folder: which one; 0: none. Numbers are never used again */
byte journal = 1;          /* the ring that has written to it last */
byte rings = 1;

/* Locks on the journal's bytes. */
byte opening;
byte alone, attached;      /* exclusive: who; shared: a bit for each */

/* The judge's. */
byte deaths, losses;
byte running[2];           /* processes of each folder */

/* Those whose ring is in the same folder. */
#define OWN (folder == 0 -> FIRST_FOLDER : ~FIRST_FOLDER)
#ifndef SECOND_IN_FIRST
#define FIRST_FOLDER (BIT(1) | BIT(3))
#else
#define FIRST_FOLDER (BIT(1) | BIT(2) | BIT(3))
#endif

#define DROP attached = attached & ~BIT(me); if :: alone == me -> alone = 0 :: else fi; if :: opening == me -> opening = 0 :: else fi
#define DIE atomic { deaths < DEATHS -> deaths++; goto gone }
#define STEP(x) if :: atomic { x } :: DIE fi

/* Shared first; so what is found then stays, since who makes a ring is alone. */
#define ATTACH(none) \
    STEP(if :: alone == 0 || alone == me -> attached = attached | BIT(me) :: else -> goto none fi); \
    STEP(r = ring[folder]); \
    if :: r != 0 && IS_CURRENT(r) -> goto uses :: else fi; \
    STEP(attached = attached & ~BIT(me))

/* The journal says which ring wrote it last: another one, in another folder, may have gone on meanwhile. */
#ifdef HOLE_RING_OF_ANOTHER_TIME
#define IS_CURRENT(r) true
#else
#define IS_CURRENT(r) (r == journal)
#endif

proctype Opener(byte me; byte folder)
{
    byte r;

begin:
    atomic { running[folder]++ };
again:
    ATTACH(opens);
opens:
#ifdef FAULT_NO_OPENING_LOCK
    skip;
#else
    /* Asked for again and again; meanwhile the ring may come. */
    if
    :: atomic { opening == 0 -> opening = me }
    :: atomic { opening != 0 && ring[folder] != 0 && ring[folder] == journal && alone == 0 -> goto again }
    :: DIE
    fi;
#endif
#ifndef FAULT_NO_SECOND_LOOK
    ATTACH(makes);
#endif
makes:
#ifndef FAULT_NOT_ALONE
    if
    :: atomic { attached == 0 && alone == 0 -> alone = me }
    /* Somebody is attached through the other folder: an error, and nothing is done. */
    :: atomic { (attached & ~OWN) != 0 -> goto gone }
    /* In vain: the ring is there. */
    :: atomic { (attached & OWN) != 0 && ring[folder] != 0 && ring[folder] == journal -> assert(false) }
    :: DIE
    fi;
#endif
    STEP(rings++; r = rings; journal = r);
#ifdef FAULT_OPENING_GIVEN_BACK_EARLY
    STEP(alone = 0; attached = attached | BIT(me));
    STEP(opening = 0);
    STEP(ring[folder] = 0);
    STEP(ring[folder] = r);
#else
    STEP(ring[folder] = 0);
    STEP(ring[folder] = r);
#ifdef FAULT_ALONE_THEN_SHARED
    STEP(alone = 0);
    STEP(if :: alone == 0 -> attached = attached | BIT(me) :: else -> goto gone fi);
#else
    STEP(alone = 0; attached = attached | BIT(me));
#endif
    STEP(if :: opening == me -> opening = 0 :: else fi);
#endif

uses:
    /* A commit: nobody but this ring's processes has written since. Two of them are kept apart by the ring's commit lock. */
    STEP(assert(journal == r));
    STEP(assert(journal == r));
gone:
    atomic { DROP; running[folder]--; r = 0 }
}

/* The memory of a folder goes when its container ends: no process of it lives. */
active proctype Loss()
{
endKept:
    do
    :: atomic { losses < LOSSES && ring[0] != 0 && running[0] == 0 -> losses++; ring[0] = 0 }
    :: atomic { losses < LOSSES && ring[1] != 0 && running[1] == 0 -> losses++; ring[1] = 0 }
    od
}

init
{
    atomic {
#ifdef LOST
        ring[0] = 0;       /* the power has failed: whoever comes first makes the ring */
#endif
        run Opener(1, 0);
#ifdef SECOND_IN_FIRST
        run Opener(2, 0);
#else
        run Opener(2, 1);
#endif
#if OPENERS > 2
        run Opener(3, 0);
#endif
    }
}
