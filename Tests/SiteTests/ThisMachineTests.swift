@testable import Site
import Testing

/// A password goes in the open to this machine only.
@Suite struct ThisMachineTests {
    @Test(arguments: ["localhost", "::1", "127.0.0.1", "127.0.0.53", "127.255.255.254"])
    func `nothing on the way to it leaves this machine`(host: String) { #expect(BrokerSheet.isThisMachine(host)) }

    @Test(arguments: ["127.example.cn", "127.0.0.1.example.cn", "127.0.0.256", "127.0.0", "127.1", "127.0.0.1x", "10.0.0.1", "localhost.example.cn", "fe80::1", ""])
    func `a name that only looks like it may lie anywhere`(host: String) { #expect(!BrokerSheet.isThisMachine(host)) }
}
