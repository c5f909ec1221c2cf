/*
 * One consumer over two queues: it parks at both gates, and waits again by the announcements that stand.
 *
 * Follows Queue/WaitSets, Waiting/ManyGates and WatchedGate step by step; gate.pml is about one gate. A message is published into its
 * waker's store buffer first. A waker publishes to queue 0 (with SECOND, another one too), and one to queue 1. With PARKER, a parker
 * beside the set waits for one message of queue 0.
 * The set's user takes a message of what is ready, or leaves it, as it likes. README.md says what is checked, and what each fault is.
 */
#ifndef WAITS
#define WAITS 2
#endif
#ifndef DEATHS
#define DEATHS 0
#endif

byte epoch[2];
byte announced[2];

/* The kernel's lists: the set is in both of them until it has run again, whoever woke it. */
bool setListed[2], parkerListed;
bool setAsleep, parkerAsleep;

/* Messages of queue 0: those of wakers 0 and 1; of queue 1: that of waker 2. */
bool buffered[3];
byte there[2];

byte deaths;
bool wakeDied;

#define DIE atomic { deaths < DEATHS -> deaths++; goto dead }
#define STEP(x) if :: atomic { x } :: DIE fi
#define DRAIN(w) if :: buffered[w] -> buffered[w] = 0; there[(w) / 2]++ :: else fi
#define DRAIN_ALL DRAIN(0); DRAIN(1); DRAIN(2)

#define WAKER bool low; byte seen, raised; bool woke

/* Gate.Wake(1). */
#define WAKE(g) \
    STEP(low = announced[g] != 0); \
    if :: low -> \
          STEP(low = 0; seen = announced[g]); \
          if :: seen > 0 -> \
                STEP(DRAIN_OWN; epoch[g]++; raised = epoch[g]; seen = announced[g]); \
                STEP(woke = 0; \
                     if :: setListed[g] -> setListed[g] = 0; setAsleep = 0; woke = 1 \
                        :: g == 0 && parkerListed -> parkerListed = 0; parkerAsleep = 0; woke = 1 \
                        :: !setListed[g] && !(g == 0 && parkerListed) -> skip \
                     fi; \
                     WAKE_DELIVERED); \
                if :: !woke -> STEP(if :: epoch[g] == raised && announced[g] == seen -> announced[g] = 0 :: else fi) :: else fi; \
                atomic { seen = 0; raised = 0; woke = 0 } \
             :: else \
          fi \
       :: else \
    fi

#define DRAIN_OWN DRAIN(me)
#define WAKE_DELIVERED pending = 0
proctype Waker(byte me)
{
    WAKER;
    bool pending;
    STEP(buffered[me] = 1; pending = 1);
    WAKE(me / 2);
    goto done;
dead:
    atomic { wakeDied = wakeDied || pending };
done:
    atomic { pending = 0; low = 0; seen = 0; raised = 0; woke = 0 }
}
#undef DRAIN_OWN
#undef WAKE_DELIVERED

/* Store buffers drain by themselves. */
active proctype Hardware()
{
end:
    do
    :: atomic { buffered[0] -> DRAIN(0) }
    :: atomic { buffered[1] -> DRAIN(1) }
    :: atomic { buffered[2] -> DRAIN(2) }
    od
}

#define DRAIN_OWN skip
#define WAKE_DELIVERED skip

/* A blocking call of another consumer of queue 0 (gate.pml). */
proctype Parker()
{
    WAKER;
    byte expected;
    bool parked, isAnnounced;
look:
    STEP(if :: there[0] > 0 -> there[0]--; goto got :: else fi);
    if :: isAnnounced -> goto park :: else fi;
announce:
    STEP(expected = epoch[0]);
    STEP(announced[0]++);
    STEP(DRAIN_ALL);
    isAnnounced = 1;
    goto look;
park:
    STEP(parked = 1; if :: epoch[0] == expected -> parkerListed = 1; parkerAsleep = 1 :: else fi; expected = 0);
endAsleep:
    if :: atomic { !parkerAsleep -> goto announce } :: DIE fi;
got:
    if :: parked && there[0] > 0 -> WAKE(0) :: else fi;
    goto done;
dead:
    atomic { if :: parkerAsleep -> parkerAsleep = 0; parkerListed = 0 :: else -> wakeDied = wakeDied || parked fi };
done:
    atomic { parked = 0; isAnnounced = 0; expected = 0; low = 0; seen = 0; raised = 0; woke = 0 }
}

#define STANDS(g) (ann[g] && epoch[g] == e[g])
#define LOOK(g) \
    STEP(if :: there[g] > 0 -> ready[g] = 1 \
            :: else -> looked[g] = 1 \
         fi)
#define ANNOUNCE(g) \
    if :: STANDS_STEP(g) \
       :: else -> had[g] = had[g] || ann[g]; looked[g] = 0; \
          STEP(e[g] = epoch[g]); \
          STEP(announced[g]++; ann[g] = 1); \
          fences = 1 \
    fi
#ifdef FAULT_STANDS_ON_NEW_EPOCH       /* what was raised is taken for what was announced */
#define STANDS_STEP(g) ann[g] -> e[g] = epoch[g]
#else
#define STANDS_STEP(g) STANDS(g) -> skip
#endif

#ifdef FAULT_LOOKED_BEFORE_ANNOUNCED   /* a look from before the announcement counts for quiet */
#define SECOND_LOOK(g) skip
#else
#define SECOND_LOOK(g) if :: looked[g] && STANDS(g) -> skip :: else -> LOOK(g) fi
#endif

#ifdef FAULT_WAKE_KEPT
#define LEAVE(g) had[g] = 0; if :: ann[g] && epoch[g] != e[g] -> ann[g] = 0 :: else fi
#else
#define LEAVE(g) \
    STEP(raises = had[g]; had[g] = 0; if :: ann[g] && epoch[g] != e[g] -> ann[g] = 0; raises = 1 :: else fi); \
    if :: raises -> raises = 0; WAKE(g) :: else fi
#endif

/* ShmWaitSet.Wait, several times. */
proctype Set()
{
    WAKER;
    byte e[2], waits;
    bool ann[2], looked[2], had[2], ready[2];
    bool fences, parked, raises, everywhere;

wait:
    everywhere = 1;
look:
    /* A wait begins with a look at all; then quiet ones are left out. */
    if :: !everywhere && looked[0] && STANDS(0) -> skip :: else -> LOOK(0) fi;
    if :: !everywhere && looked[1] && STANDS(1) -> skip :: else -> LOOK(1) fi;
    everywhere = 0;
    if :: ready[0] || ready[1] -> goto leave :: else fi;
    ANNOUNCE(0);
    ANNOUNCE(1);
#ifndef FAULT_NO_HEAVY_FENCE
    if :: fences -> STEP(DRAIN_ALL); fences = 0 :: else fi;
#endif
    SECOND_LOOK(0);
    SECOND_LOOK(1);
    if :: ready[0] || ready[1] -> goto leave :: else fi;
    STEP(parked = 1;
         if :: epoch[0] == e[0] && epoch[1] == e[1] -> setListed[0] = 1; setListed[1] = 1; setAsleep = 1 :: else fi);
endAsleep:
    if :: atomic { !setAsleep -> skip } :: DIE fi;
#ifdef FAULT_COMPARED_WHILE_LISTED     /* it compares the epochs, and goes from the lists later */
    STEP(had[0] = had[0] || epoch[0] != e[0]; had[1] = had[1] || epoch[1] != e[1]; ann[0] = 0; ann[1] = 0);
#endif
    STEP(setListed[0] = 0; setListed[1] = 0);
    goto look;

leave:
    if :: parked -> LEAVE(0); LEAVE(1); parked = 0 :: else fi;
    /* The user takes from what is ready, or does not. */
    STEP(if :: ready[0] && there[0] > 0 -> there[0]-- :: ready[1] && there[1] > 0 -> there[1]-- :: skip fi);
    atomic { ready[0] = 0; ready[1] = 0; waits++ };
    if :: waits < WAITS -> goto wait :: else fi;
    goto done;

dead:
    atomic { if :: setAsleep -> skip :: else -> wakeDied = wakeDied || parked fi; setAsleep = 0; setListed[0] = 0; setListed[1] = 0 };
done:
    atomic { low = 0; seen = 0; raised = 0; woke = 0; e[0] = 0; e[1] = 0; waits = 0; ann[0] = 0; ann[1] = 0; looked[0] = 0; looked[1] = 0;
        had[0] = 0; had[1] = 0; ready[0] = 0; ready[1] = 0; fences = 0; parked = 0; raises = 0; everywhere = 0 }
}

/* Nothing can move any more: does anybody wait beside a message? */
active proctype Judge()
{
    atomic { timeout -> assert(wakeDied || !((setAsleep && (there[0] > 0 || there[1] > 0)) || (parkerAsleep && there[0] > 0))) }
}

init
{
    atomic {
        run Waker(0); run Waker(2); run Set();
#ifdef SECOND
        run Waker(1);
#endif
#ifdef PARKER
        run Parker();
#endif
    }
}
