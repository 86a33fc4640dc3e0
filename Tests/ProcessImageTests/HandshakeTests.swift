import ProcessImage
import Testing

struct HandshakeTests {
    @Test func `What nobody serves is given up, and is not done afterwards`() {
        let handshake = Handshake()
        var looks = 0
        let answer: Int? = handshake.ask(prepare: {}, wait: {
            looks += 1
            return looks < 5
        }, take: { 1 })
        var isDone = false
        handshake.serve { isDone = true }
        #expect(answer == nil && looks == 5 && !isDone)
    }

    @Test func `The favour is done once for each asker, after its preparation`() {
        let handshake = Handshake()
        var (prepared, done) = (0, 0)
        for round in 1...3 {
            let answer = handshake.ask(prepare: { prepared = round }, wait: {
                handshake.serve { done += prepared }
                return true
            }, take: { done })
            #expect(answer == [1, 3, 6][round - 1])
        }
        handshake.serve { done = 0 }
        #expect(done == 6)
    }
}
