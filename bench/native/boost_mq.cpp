// boost::interprocess::message_queue: a mutex and two condition variables in shared memory; it has no call for several messages.
#include "parts.hpp"
#include <boost/interprocess/ipc/message_queue.hpp>

namespace ipc = boost::interprocess;

template <class M>
class boost_link {
public:
    boost_link(const job& j, const char* name) : _queue(ipc::open_or_create, key(j, name).c_str(), j.capacity, sizeof(M)) {}

    void send(const M& m) { _queue.send(&m, sizeof m, 0); }

    void send(const M* m, size_t count) {
        for (size_t i = 0; i < count; i++) send(m[i]);
    }

    void receive(M& m) {
        ipc::message_queue::size_type size;
        unsigned priority;
        _queue.receive(&m, sizeof m, size, priority);
    }

    size_t receive(M* m, size_t) {
        receive(*m);
        return 1;
    }

private:
    ipc::message_queue _queue;

    // Its names are flat: the job's folder becomes a part of the name, which bench/Contestants/NativeContestant.cs removes.
    static std::string key(const job& j, const char* name) {
        std::string flat = j.directory.substr(1) + "-" + name;
        for (char& c : flat) if (c == '/') c = '-';
        return flat;
    }
};

int main(int count, char** arguments) { return play_size<boost_link>(count, arguments); }
