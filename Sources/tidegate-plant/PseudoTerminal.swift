import Glibc

/// A pseudo terminal in raw mode. The slave is kept open by its owner, so that the line does not hang up when its reader
/// goes away.
func openPseudoTerminal() throws(NotOpened) -> (master: Descriptor, slave: Descriptor, path: String) {
    var master: Int32 = -1
    var slave: Int32 = -1
    var name = [CChar](repeating: 0, count: Int(PATH_MAX))
    var settings = termios()
    cfmakeraw(&settings)
    guard openpty(&master, &slave, &name, &settings, nil) == 0 else { throw NotOpened("pseudo terminal") }
    let path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return (Descriptor(master), Descriptor(slave), path)
}

/// The port is to be found at `link`; what was there is replaced.
func makeLink(at link: String, to path: String) throws(NotOpened) {
    try makeFolders(above: link)
    unlink(link)
    guard symlink(path, link) == 0 else { throw NotOpened(link) }
}

/// Makes every folder a path goes through.
func makeFolders(above path: String) throws(NotOpened) {
    var folder = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/").dropLast() {
        folder += "/" + part
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw NotOpened(folder) }
    }
}
