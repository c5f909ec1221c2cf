// The harness's activities for a native link: bench/Scenarios/StreamPart.cs, RoundTripPart.cs, WakePart.cs and KillPart.cs in the same steps.
// A link has send(const M&), send(const M*, count), receive(M&) and receive(M*, most).
#pragma once
#include "control.hpp"
#include <algorithm>
#include <random>
#include <signal.h>
#include <thread>

constexpr int chunk = 1024;

template <class M, class Link>
void produce(job& j) {
    Link link(j, "forth");
    std::vector<M> batch(j.batch);
    j.gather();
    int64_t end = now() + j.warm_up + j.ticks, sent = 0;
    do {
        for (int i = 0; i < chunk; i += j.batch) {
            for (M& m : batch) m.stamp(sent++);
            if (j.batch == 1) link.send(batch[0]);
            else link.send(batch.data(), batch.size());
        }
    } while (now() < end);
    if (j.is_last_producer()) {
        M mark{};
        mark.stamp(end_mark);
        for (int i = 0; i < (j.consumers == 1 ? 1 : j.consumers * j.batch); i++) link.send(mark);
    }
    j.leave();
    j.report(0, sent * (sent - 1) / 2);
}

template <class M, class Link>
void consume(job& j) {
    Link link(j, "forth");
    std::vector<M> batch(j.batch);
    j.gather();
    int64_t begin = now(), warm = begin + j.warm_up, counted = 0, checksum = 0;
    bool ended = false;
    while (!ended) {
        int64_t t = now();
        if (t >= warm && begin < warm) begin = t, counted = 0;
        for (int taken = 0; taken < chunk && !ended;) {
            size_t got = 1;
            if (j.batch == 1) link.receive(batch[0]);
            else got = link.receive(batch.data(), batch.size());
            // The whole message was asked for, whatever of it is looked at.
            asm volatile("" : : "r"(batch.data()) : "memory");
            for (size_t i = 0; i < got; i++) {
                int64_t sequence = batch[i].sequence();
                if (sequence == end_mark) {
                    ended = true;
                    break;
                }
                checksum += sequence;
                taken++;
                counted++;
            }
        }
    }
    int64_t end = now();
    j.leave();
    j.report(counted / ((end - begin) / 1e9), checksum);
}

template <class M, class Link>
void ask(job& j) {
    Link forth(j, "forth"), back(j, "back");
    std::vector<int64_t> trips;
    trips.reserve(1 << 20);
    j.gather();
    int64_t begin = now(), warm = begin + j.warm_up, end = warm + j.ticks, next = 0, sent = begin;
    M m{}, answer{};
    while (sent < end) {
        m.stamp(next++);
        forth.send(m);
        back.receive(answer);
        if (answer.sequence() != next - 1) exit(5);
        int64_t t = now();
        if (sent >= warm && trips.size() < trips.capacity()) trips.push_back(t - sent);
        sent = t;
    }
    m.stamp(end_mark);
    forth.send(m);
    j.leave();
    j.report(trips, next * (next - 1) / 2);
}

template <class M, class Link>
void echo(job& j) {
    Link forth(j, "forth"), back(j, "back");
    j.gather();
    int64_t checksum = 0;
    for (M m{};;) {
        forth.receive(m);
        if (m.sequence() == end_mark) break;
        checksum += m.sequence();
        back.send(m);
    }
    j.leave();
    j.report(0, checksum);
}

template <class M, class Link>
void rouse(job& j) {
    Link link(j, "forth");
    j.gather();
    int64_t end = now() + j.warm_up + j.ticks, next = 0;
    for (M m{};;) {
        int64_t t = now();
        while (now() < t + 500000) pause_a_little();
        m.stamp(t < end ? next : end_mark);
        j.sent_at() = now();
        link.send(m);
        if (t >= end) break;
        next++;
        while (j.acknowledged() != next) pause_a_little();
    }
    j.leave();
    j.report(0, next * (next - 1) / 2);
}

template <class M, class Link>
void sleep_until_sent(job& j) {
    Link link(j, "forth");
    std::vector<int64_t> wakes;
    j.gather();
    int64_t warm = now() + j.warm_up, checksum = 0, taken = 0;
    for (M m{};;) {
        link.receive(m);
        int64_t t = now();
        if (m.sequence() == end_mark) break;
        checksum += m.sequence();
        if (t >= warm) wakes.push_back(t - j.sent_at());
        j.acknowledged() = ++taken;
    }
    j.leave();
    j.report(wakes, checksum);
}

constexpr int64_t after_a_kill = 200000000;

template <class M, class Link>
void die(job& j) {
    Link link(j, "forth");
    j.gather();
    std::random_device random;
    int64_t life = j.warm_up + static_cast<int64_t>(random() / 4294967296.0 * j.ticks);
    std::thread([&j, life] {
        timespec t{life / 1000000000, life % 1000000000};
        nanosleep(&t, nullptr);
        j.killed_at() = now();
        kill(getpid(), SIGKILL);
    }).detach();
    M m{};
    for (int64_t sent = 0;;) {
        m.stamp(sent * 2);
        link.send(m);
        j.returned().store(++sent, std::memory_order_release);
    }
}

template <class M, class Link>
void survive(job& j) {
    Link link(j, "forth");
    j.gather();
    M m{};
    for (int64_t sent = 0; j.over() == 0; sent++) {
        m.stamp(sent * 2 + j.seat);
        link.send(m);
    }
    m.stamp(end_mark);
    link.send(m);
    j.leave();
    j.report(0, 0);
}

template <class M, class Link>
void take_after_a_kill(job& j) {
    Link link(j, "forth");
    int64_t next[2] = {}, lost = 0, twice = 0, longest = 0;
    j.gather();
    int64_t last = now();
    for (M m{};;) {
        link.receive(m);
        int64_t t = now(), killed_at = j.killed_at();
        if (killed_at != 0) {
            longest = std::max(longest, t - std::max(last, killed_at));
            if (t - killed_at > after_a_kill) j.over() = 1;
        }
        last = t;
        int64_t sequence = m.sequence();
        if (sequence == end_mark) break;
        if (sequence < 0) exit(6);
        int64_t number = sequence / 2, &expected = next[sequence % 2];
        if (number < expected) twice++;
        else lost += number - expected;
        expected = std::max(expected, number + 1);
    }
    j.leave();
    lost += std::max<int64_t>(0, j.returned() - next[0]);
    j.report_kill(longest, lost, twice);
}

template <class M, class Link>
void play(job& j) {
    if (j.activity == "Stream") j.is_producer() ? produce<M, Link>(j) : consume<M, Link>(j);
    else if (j.activity == "RoundTrip") j.is_producer() ? ask<M, Link>(j) : echo<M, Link>(j);
    else if (j.activity == "Wake") j.is_producer() ? rouse<M, Link>(j) : sleep_until_sent<M, Link>(j);
    else if (j.activity == "Kill") !j.is_producer() ? take_after_a_kill<M, Link>(j) : j.seat == 0 ? die<M, Link>(j) : survive<M, Link>(j);
    else exit(2);
}

template <template <class> class Link>
int play_size(int count, char** arguments) {
    job j(count, arguments);
    switch (j.size) {
        case 8: play<message<8>, Link<message<8>>>(j); return 0;
        case 16: play<message<16>, Link<message<16>>>(j); return 0;
        case 32: play<message<32>, Link<message<32>>>(j); return 0;
        case 56: play<message<56>, Link<message<56>>>(j); return 0;
        case 64: play<message<64>, Link<message<64>>>(j); return 0;
        case 128: play<message<128>, Link<message<128>>>(j); return 0;
        case 256: play<message<256>, Link<message<256>>>(j); return 0;
        case 512: play<message<512>, Link<message<512>>>(j); return 0;
        case 1024: play<message<1024>, Link<message<1024>>>(j); return 0;
        case 2048: play<message<2048>, Link<message<2048>>>(j); return 0;
        case 4096: play<message<4096>, Link<message<4096>>>(j); return 0;
        default: return 2;
    }
}
