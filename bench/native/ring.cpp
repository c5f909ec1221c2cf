// The classic single-producer, single-consumer ring: two published indexes, each side with a private copy of the other's, which it
// renews only when the ring looks full or empty. It polls; it never parks.
#include "parts.hpp"

struct indexes {
    alignas(line_pair) std::atomic<uint64_t> tail;
    alignas(line_pair) std::atomic<uint64_t> head;
};

template <class M>
class ring {
public:
    ring(const job& j, const char* name) : _capacity(j.capacity), _mask(j.capacity - 1) {
        char* start = static_cast<char*>(map_file(j.directory + "/" + name, sizeof(indexes) + _capacity * sizeof(M)));
        _shared = reinterpret_cast<indexes*>(start);
        _slots = reinterpret_cast<M*>(start + sizeof(indexes));
    }

    void send(const M& m) { send(&m, 1); }

    void send(const M* m, size_t count) {
        while (count > 0) {
            uint64_t room;
            while ((room = _capacity - (_tail - _seen_head)) == 0) {
                _seen_head = _shared->head.load(std::memory_order_acquire);
                if (_tail - _seen_head == _capacity) pause_a_little();
            }
            uint64_t n = room < count ? room : count;
            for (uint64_t i = 0; i < n; i++) _slots[(_tail + i) & _mask] = m[i];
            _tail += n;
            _shared->tail.store(_tail, std::memory_order_release);
            m += n;
            count -= n;
        }
    }

    void receive(M& m) { receive(&m, 1); }

    size_t receive(M* m, size_t most) {
        uint64_t there;
        while ((there = _seen_tail - _head) == 0) {
            _seen_tail = _shared->tail.load(std::memory_order_acquire);
            if (_seen_tail == _head) pause_a_little();
        }
        uint64_t n = there < most ? there : most;
        for (uint64_t i = 0; i < n; i++) m[i] = _slots[(_head + i) & _mask];
        _head += n;
        _shared->head.store(_head, std::memory_order_release);
        return n;
    }

private:
    uint64_t _capacity, _mask;
    indexes* _shared;
    M* _slots;
    uint64_t _tail = 0, _seen_head = 0, _head = 0, _seen_tail = 0;
};

int main(int count, char** arguments) { return play_size<ring>(count, arguments); }
