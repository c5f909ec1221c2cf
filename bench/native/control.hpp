// What a native contestant needs of the harness: its arguments, the page on which the seats of a job meet (bench/Workers/ControlPage.cs
// lays it out alike), the clock, the core, and the line of results.
#pragma once
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sched.h>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <vector>

constexpr int64_t end_mark = -1;
constexpr size_t line_pair = 128;

inline int64_t now() {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

inline void pause_a_little() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#else
    asm volatile("yield");
#endif
}

inline void* map_file(const std::string& path, size_t bytes) {
    int file = open(path.c_str(), O_RDWR | O_CREAT, 0600);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0 || (static_cast<size_t>(status.st_size) < bytes && ftruncate(file, bytes) != 0)) exit(4);
    void* start = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file, 0);
    close(file);
    if (start == MAP_FAILED) exit(4);
    return start;
}

template <size_t Size>
struct message {
    int64_t words[Size / 8];

    void stamp(int64_t sequence) {
        words[0] = sequence;
        words[Size / 8 - 1] = sequence;
    }

    int64_t sequence() const { return words[0] + ((words[Size / 8 - 1] ^ words[0]) << 20); }
};

class job {
public:
    std::string directory, activity;
    int seat, producers, consumers, size, batch, capacity, core;
    int64_t warm_up, ticks;

    job(int count, char** arguments) {
        if (count < 13) exit(2);
        directory = arguments[1];
        activity = arguments[2];
        seat = atoi(arguments[3]);
        producers = atoi(arguments[4]);
        consumers = atoi(arguments[5]);
        size = atoi(arguments[6]);
        batch = atoi(arguments[7]);
        capacity = atoi(arguments[8]);
        warm_up = static_cast<int64_t>(atof(arguments[9]) * 1e9);
        ticks = static_cast<int64_t>(atof(arguments[10]) * 1e9);
        core = atoi(arguments[11]);
        alarm(atoi(arguments[12])); // a seat that hangs ends itself
        if (core >= 0) {
            cpu_set_t set;
            CPU_ZERO(&set);
            CPU_SET(core, &set);
            sched_setaffinity(0, sizeof set, &set);
        }
        _page = static_cast<char*>(map_file(directory + "/control", 10 * line_pair));
    }

    bool is_producer() const { return seat < producers; }

    void gather() { meet(word(0), producers + consumers); }
    void leave() { meet(word(4), producers + consumers - (activity == "Kill" ? 1 : 0)); }

    bool is_last_producer() { return word(1).fetch_add(1) + 1 == producers; }
    std::atomic<int64_t>& sent_at() { return word(2); }
    std::atomic<int64_t>& acknowledged() { return word(3); }
    std::atomic<int64_t>& killed_at() { return word(7); }
    std::atomic<int64_t>& returned() { return word(8); }
    std::atomic<int64_t>& over() { return word(9); }

    void report(double rate, int64_t checksum) const {
        printf("[{\"seat\":%d,\"rate\":%.1f,\"checksum\":%lld}]\n", seat, rate, static_cast<long long>(checksum));
    }

    void report(const std::vector<int64_t>& nanoseconds, int64_t checksum) const {
        printf("[{\"seat\":%d,\"rate\":0,\"checksum\":%lld,\"nanoseconds\":{\"max\":0,\"buckets\":[],\"samples\":[", seat, static_cast<long long>(checksum));
        for (size_t i = 0; i < nanoseconds.size(); i++) printf(i ? ",%lld" : "%lld", static_cast<long long>(nanoseconds[i]));
        printf("]}}]\n");
    }

    void report_kill(int64_t longest_gap, int64_t lost, int64_t twice) const {
        printf("[{\"seat\":%d,\"kill\":{\"longestGap\":%lld,\"lost\":%lld,\"twice\":%lld}}]\n", seat, static_cast<long long>(longest_gap),
            static_cast<long long>(lost), static_cast<long long>(twice));
    }

private:
    char* _page;

    void meet(std::atomic<int64_t>& count, int seats) {
        count.fetch_add(1);
        while (count.load() < seats) sched_yield();
    }

    std::atomic<int64_t>& word(int pair) { return *reinterpret_cast<std::atomic<int64_t>*>(_page + pair * line_pair); }
};
