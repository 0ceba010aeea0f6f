# pragma version 0.4.3
# An account that does what anybody tells it, all or nothing.

struct Call:
    to: address
    data: Bytes[4096]


@external
def execute(calls: DynArray[Call, 12]):
    for call: Call in calls:
        raw_call(call.to, call.data)


@external
def ask(to: address, data: Bytes[16384]) -> Bytes[32]:
    return raw_call(to, data, max_outsize=32)
