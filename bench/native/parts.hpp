// The harness's activities for a native link: bench/Scenarios/StreamPart.cs, RoundTripPart.cs and WakePart.cs in the same steps.
// A link has send(const M&), send(const M*, count), receive(M&) and receive(M*, most).
#pragma once
#include "control.hpp"

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

template <class M, class Link>
void play(job& j) {
    if (j.activity == "Stream") j.is_producer() ? produce<M, Link>(j) : consume<M, Link>(j);
    else if (j.activity == "RoundTrip") j.is_producer() ? ask<M, Link>(j) : echo<M, Link>(j);
    else if (j.activity == "Wake") j.is_producer() ? rouse<M, Link>(j) : sleep_until_sent<M, Link>(j);
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
