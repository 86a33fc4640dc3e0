import Site

/// The folder of a gateway's schedules: the record in force and the documents it names. A change is on the disk before it counts.
struct Store {
    let files: any StepFiles
    private(set) var record: Record

    /// A record that is there, with its trust file.
    /// - Returns: `nil` when this gateway trusts nobody yet.
    /// - Throws: when the record or its trust file is not as it was written.
    static func open(_ files: any StepFiles) throws(DiskFault) -> (store: Store, sheet: TrustSheet)? {
        guard let bytes = files.read(Record.file) else {
            if files.names().contains(Record.file) { throw DiskFault(what: Record.file) }
            return nil
        }
        guard let record = Record(bytes) else { throw DiskFault(what: Record.file) }
        let store = Store(files: files, record: record)
        guard let envelope = store.document(Record.keysFile(record.keys), record.keys),
              let sheet = try? TrustSheet.read(envelope.payload, file: "trust.yaml") else { throw DiskFault(what: "keys") }
        store.sweep()
        return (store, sheet)
    }

    /// Begins anew with a trust file. Documents of before are swept away.
    static func begin(_ files: any StepFiles, _ trust: VerifiedTrust) throws(DiskFault) -> Store {
        let bytes = trust.envelope.bytes
        let hash = fingerprint(of: bytes)
        try files.replace(Record.keysFile(hash), with: bytes)
        var store = Store(files: files, record: Record(keys: hash, trust.next))
        try store.write(store.record)
        return store
    }

    /// Brings a new document and the record that names it to the disk, in this order.
    mutating func commit(_ record: Record, adding document: (name: String, bytes: [UInt8])? = nil) throws(DiskFault) {
        if let document { try files.replace(document.name, with: document.bytes) }
        try write(record)
    }

    private mutating func write(_ record: Record) throws(DiskFault) {
        guard let bytes = try? record.bytes() else { throw DiskFault(what: Record.file) }
        try files.replace(Record.file, with: bytes)
        self.record = record
        sweep()
    }

    /// Removes what no longer counts. What cannot be removed now is removed the next time.
    private func sweep() {
        let kept = record.files
        for name in files.names() where !kept.contains(name) && Store.isOurs(name) { try? files.remove(name) }
    }

    private static func isOurs(_ name: String) -> Bool {
        name.hasPrefix("plan-") || name.hasPrefix("keys-") || name == Record.file + ".new"
    }

    func plan(_ slot: Record.Slot) -> Envelope? { document(Record.planFile(slot.file), slot.file) }

    /// A document, if its bytes are the ones it was named after.
    private func document(_ name: String, _ hash: String) -> Envelope? {
        guard let bytes = files.read(name), fingerprint(of: bytes) == hash else { return nil }
        return Envelope(bytes)
    }
}
