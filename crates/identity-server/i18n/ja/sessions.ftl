### Devices and sessions.

sessions-end-others = 他のすべてからサインアウト
sessions-others-ended = 他のすべてのデバイスがサインアウトされました。
