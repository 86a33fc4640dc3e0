public import Language
public import Quantities
public import Site

/// What a gateway runs by.
public enum Running: Sendable, Hashable {
    /// The programs of the site file, by the installer.
    case base
    /// A schedule: the exact bytes that were signed.
    case plan(version: Int, document: [UInt8])
}

/// The site a schedule is for, as acceptance sees it.
public struct ScheduleSite: Sendable {
    let tag: String
    let clock: LocalClock
    /// Zones the site file's own programs water.
    let baseZones: [String]
    /// Whether somebody of the site has a last word.
    let needsApproval: Bool
    /// Everything that keeps a document from running on this site.
    let check: @Sendable (_ document: [UInt8]) -> [Problem]

    public init(tag: String, clock: LocalClock, baseZones: [String], needsApproval: Bool,
                check: @escaping @Sendable ([UInt8]) -> [Problem]) {
        self.tag = tag
        self.clock = clock
        self.baseZones = baseZones
        self.needsApproval = needsApproval
        self.check = check
    }
}

/// The way of a schedule into force: received → verified → checked → staged → (approved) → active → last good.
///
/// One owner, one thread. Each call leaves disk and memory in one of its states; a power cut in the midst of a call leaves the disk
/// in the one before or after. What runs is bit-identical until another is in force.
public struct Acceptance {
    private let site: ScheduleSite
    private var store: Store
    private var sheet: TrustSheet
    /// What was last put in force in this life.
    private var inForce: Running?
    /// Nobody else changes the folder meanwhile.
    private var lock: FolderLock?

    /// A document whose start was cut off by the power so often is not tried again.
    private static let attemptsMax = 2
    /// Seconds between two notes of the time on the disk: flash wears out.
    private static let noteEvery: Int64 = 86_400

    /// Opens the folder as the last life left it.
    /// - Parameter folder: made when it is not there, for its owner alone.
    /// - Returns: `nil` when this gateway trusts nobody yet: `enroll` begins.
    /// - Throws: when the folder is not as it was written (`Answer.damaged`). The base program runs until somebody enrolls anew.
    public init?(folder: String, _ site: ScheduleSite) throws(DiskFault) {
        let files = try DiskFolder(folder), lock = try FolderLock(folder)
        try self.init(files, site)
        self.lock = lock
    }

    init?(_ files: any StepFiles, _ site: ScheduleSite) throws(DiskFault) {
        guard let opened = try Store.open(files) else { return nil }
        self.init(site, opened.store, opened.sheet)
    }

    private init(_ site: ScheduleSite, _ store: Store, _ sheet: TrustSheet) {
        self.site = site
        self.store = store
        self.sheet = sheet
    }

    /// Begins with a first trust file, by somebody who stands before the box. What the folder held before is forgotten.
    public static func enroll(folder: String, _ site: ScheduleSite, trust bytes: [UInt8], now: WallTime) throws(Refusal) -> Acceptance {
        let files: DiskFolder, lock: FolderLock
        do {
            files = try DiskFolder(folder)
            lock = try FolderLock(folder)
        } catch {
            throw Refusal(.disk(error.what))
        }
        var acceptance = try enroll(files, site, trust: bytes, now: now)
        acceptance.lock = lock
        return acceptance
    }

    static func enroll(_ files: any StepFiles, _ site: ScheduleSite, trust bytes: [UInt8], now: WallTime) throws(Refusal) -> Acceptance {
        let first = try Judge.firstTrust(bytes, site: site.tag, clock: site.clock, now: now)
        do {
            return Acceptance(site, try Store.begin(files, first), first.next.sheet)
        } catch {
            throw Refusal(.disk(error.what))
        }
    }

    private var trusted: Trusted {
        Trusted(sheet: sheet, newest: store.record.newest, word: store.record.word, lastTrusted: store.record.lastTrusted)
    }

    private func judge(_ now: WallTime) -> Judge {
        let running = wanted(now)?.zones ?? site.baseZones
        return Judge(trusted, clock: site.clock, zonesNow: running + (store.record.staged?.zones ?? []))
    }

    // MARK: What comes in

    /// Takes whatever a sender has sent, by the network, a stick or the command line.
    public mutating func receive(_ bytes: [UInt8], _ arrival: Arrival = .remote, now: WallTime) -> Answer {
        do {
            switch Envelope(bytes)?.kind {
            case .trust: return try takeKeys(bytes, arrival, now)
            case .fresh: return try takeWord(bytes, now)
            case .schedule, nil: return try takeSchedule(bytes, now)
            }
        } catch {
            return .refused(error, after: error.stage)
        }
    }

    /// What is to be said of exactly these bytes when they come again, by a sender who did not hear it or a broker that keeps them.
    /// - Returns: `nil`: they are not what counts now, and have to be judged.
    public func answer(toKnown bytes: [UInt8]) -> Answer? {
        let (hash, record) = (Schedule.fingerprint(of: bytes), store.record)
        if record.keys == hash { return .keys(version: sheet.version) }
        if let active = record.active, active.file == hash { return .active(active.version) }
        guard let staged = record.staged, staged.file == hash else { return nil }
        return .staged(staged.version, from: CivilDate(daysSinceEpoch: staged.first).text, waitsForApproval: !staged.isApproved)
    }

    private mutating func takeSchedule(_ bytes: [UInt8], _ now: WallTime) throws(Refusal) -> Answer {
        let verified = try judge(now).schedule(bytes, now: now)
        let problems = site.check(verified.envelope.payload)
        guard problems.isEmpty else { throw Refusal(.site(problems)) }
        let slot = Record.Slot(verified, file: fingerprint(of: bytes), isApproved: !site.needsApproval)
        var record = store.record
        record.remember(verified.next)
        record.staged = slot
        try commit(record, adding: (Record.planFile(slot.file), bytes))
        return .staged(slot.version, from: verified.head.valid.lowerBound.text, waitsForApproval: site.needsApproval)
    }

    private mutating func takeKeys(_ bytes: [UInt8], _ arrival: Arrival, _ now: WallTime) throws(Refusal) -> Answer {
        let verified = try judge(now).trust(bytes, arrival, now: now)
        var record = store.record
        record.remember(verified.next)
        record.keys = fingerprint(of: bytes)
        try commit(record, adding: (Record.keysFile(record.keys), bytes))
        sheet = verified.next.sheet
        return .keys(version: sheet.version)
    }

    private mutating func takeWord(_ bytes: [UInt8], _ now: WallTime) throws(Refusal) -> Answer {
        let next = try judge(now).fresh(bytes, now: now)
        var record = store.record
        record.remember(next)
        try commit(record)
        return .noted(newest: next.word?.newest ?? 0)
    }

    private mutating func commit(_ record: Record, adding document: (name: String, bytes: [UInt8])? = nil) throws(Refusal) {
        do {
            try store.commit(record, adding: document)
        } catch {
            throw Refusal(.disk(error.what))
        }
    }

    public func freshness(now: WallTime) -> Freshness { judge(now).freshness(now: now) }

    // MARK: What people of the site say

    public mutating func approve(version: Int) -> Answer {
        guard var slot = store.record.staged, slot.version == version, !slot.isApproved else { return .nothingWaits }
        slot.isApproved = true
        return changing(.approved(version)) { $0.staged = slot }
    }

    /// One that is not in force yet, whether it waits for a person or for its day, is given up; its number stays used.
    public mutating func decline(version: Int) -> Answer {
        guard let slot = store.record.staged, slot.version == version else { return .nothingWaits }
        return changing(.declined(version)) { $0.staged = nil }
    }

    /// The last good schedule is to run again, or else the base program. What was waiting is given up; its number stays used.
    public mutating func rollback() -> Answer {
        guard store.record.active != nil else { return .nothingToReturnTo }
        guard var slot = store.record.lastGood else {
            return changing(.returningToBase) { ($0.staged, $0.active) = (nil, nil) }
        }
        slot.isReturn = true
        return changing(.returning(slot.version)) { $0.staged = slot }
    }

    private mutating func changing(_ answer: Answer, _ change: (inout Record) -> Void) -> Answer {
        var record = store.record
        change(&record)
        do {
            try commit(record)
            return answer
        } catch {
            return .refused(error, after: .staged)
        }
    }

    // MARK: Into force

    /// Puts in force what is due. To be called now and then, and once before the first scan.
    /// - Parameters:
    ///   - isBetweenRuns: nothing waters or doses: only then does anything change.
    ///   - arm: freezes and hands over what is to run, or says why it cannot.
    public mutating func turn(now: WallTime, isBetweenRuns: Bool, arm: (Running) -> Phrase?) -> [Answer] {
        note(now)
        guard isBetweenRuns else { return [] }
        var answers: [Answer] = []
        if let staged = store.record.staged, let answer = start(staged, now, arm) { answers.append(answer) }
        answers += settle(now, arm)
        return answers
    }

    /// Whether `turn` would put anything else in force than what runs, or find that it cannot.
    public func isChangeDue(now: WallTime, running: Running) -> Bool {
        if let staged = store.record.staged, isDue(staged, now) { return true }
        switch (wanted(now), running) {
        case (nil, .base): return false
        case (let slot?, .plan(let version, _)): return slot.version != version
        default: return true
        }
    }

    /// What is kept and not in force yet, and what is: the exact bytes that were signed. `nil`: nothing, or its file is damaged.
    public var stagedDocument: (version: Int, document: [UInt8])? { document(store.record.staged) }
    public var activeDocument: (version: Int, document: [UInt8])? { document(store.record.active) }

    private func document(_ slot: Record.Slot?) -> (version: Int, document: [UInt8])? {
        slot.flatMap { slot in store.plan(slot).map { (slot.version, $0.payload) } }
    }

    /// What the folder says, for people.
    public var standing: Standing {
        let record = store.record
        func day(_ number: Int32) -> String { CivilDate(daysSinceEpoch: number).text }
        func told(_ slot: Record.Slot?) -> Standing.Document? {
            slot.map { Standing.Document(version: $0.version, first: day($0.first), last: day($0.last), waitsForApproval: !$0.isApproved,
                                         document: $0.file) }
        }
        return Standing(keys: sheet.version, keysEnd: sheet.expires.text, newest: record.newest?.version,
                        staged: told(record.staged), active: told(record.active), lastGood: told(record.lastGood))
    }

    /// The schedule that is in force by the record, in its exact words; `nil`: the base program. Changes nothing.
    public var active: ScheduleText? {
        activeDocument.map { ScheduleText(file: "schedule-\($0.version).yaml", bytes: $0.document) }
    }

    /// The last moment at which the clock was trusted, as far as it is noted; `nil`: never.
    public var lastTrusted: WallTime? {
        store.record.lastTrusted > 0 ? WallTime(unixSeconds: store.record.lastTrusted, trust: .heldOver) : nil
    }

    private mutating func note(_ now: WallTime) {
        guard now.isTrusted, abs(now.unixSeconds - store.record.lastTrusted) >= Self.noteEvery else { return }
        _ = changing(.nothingWaits) { $0.lastTrusted = now.unixSeconds }
    }

    /// What is to run by the record: the active schedule in its time. `nil`: the base program.
    private func wanted(_ now: WallTime) -> Record.Slot? {
        guard let active = store.record.active else { return nil }
        let judge = Judge(trusted, clock: site.clock)
        return trusted.atLeast(now) < judge.end(of: CivilDate(daysSinceEpoch: active.last)) ? active : nil
    }

    private func isDue(_ staged: Record.Slot, _ now: WallTime) -> Bool {
        staged.isApproved && now.isTrusted && site.clock.local(unixSeconds: now.unixSeconds).date.daysSinceEpoch >= staged.first
    }

    private mutating func start(_ staged: Record.Slot, _ now: WallTime, _ arm: (Running) -> Phrase?) -> Answer? {
        guard isDue(staged, now) else { return nil }
        let running: Running
        do {
            running = try stillGood(staged, now)
        } catch {
            return changing(.refused(error, after: .staged)) { $0.staged = nil }
        }
        // On the disk before the attempt, so that a document that brings the program down is not tried for ever.
        let begun = changing(.active(staged.version)) { $0.staged?.attempts += 1 }
        guard case .active = begun else { return begun }
        if let why = arm(running) { return giveUp(staged, because: why) }
        inForce = running
        return changing(.active(staged.version)) { record in
            record.lastGood = staged.isReturn || record.active?.file == staged.file ? nil : record.active
            record.active = staged.inForce
            record.staged = nil
        }
    }

    private func stillGood(_ staged: Record.Slot, _ now: WallTime) throws(Refusal) -> Running {
        guard staged.attempts < Self.attemptsMax else { throw Refusal(.cutOff) }
        guard let envelope = store.plan(staged) else { throw Refusal(.disk(Record.planFile(staged.file))) }
        _ = try judge(now).still(envelope.bytes, now: now)
        return .plan(version: staged.version, document: envelope.payload)
    }

    private mutating func giveUp(_ staged: Record.Slot, because why: Phrase) -> Answer {
        // Whatever a failed start has left behind, what ran before is put in force anew.
        inForce = nil
        return changing(.cameBack(staged.version, because: why)) { $0.staged = nil }
    }

    /// Brings what is in force to what the record wants: after a start of the program, a failed start, and an end.
    private mutating func settle(_ now: WallTime, _ arm: (Running) -> Phrase?) -> [Answer] {
        var answers: [Answer] = []
        while let slot = wanted(now) {
            if case .plan(slot.version, _) = inForce { return answers }
            guard let why = put(slot, arm) else { return answers }
            answers.append(changing(.cameBack(slot.version, because: why)) { record in
                record.active = record.lastGood
                record.lastGood = nil
            })
            // The disk takes nothing: no use trying the same again.
            if store.record.active == slot { break }
        }
        guard inForce != .base, arm(.base) == nil else { return answers }
        inForce = .base
        if let active = store.record.active, wanted(now) == nil { answers.append(.ended(active.version)) }
        return answers
    }

    /// - Returns: why it cannot run.
    private mutating func put(_ slot: Record.Slot, _ arm: (Running) -> Phrase?) -> Phrase? {
        guard let envelope = store.plan(slot) else { return Phrase(zh: "文件已损坏。", en: "its file is damaged.") }
        let running = Running.plan(version: slot.version, document: envelope.payload)
        if let why = arm(running) { return why }
        inForce = running
        return nil
    }
}

extension Record.Slot {
    init(_ verified: Verified, file: String, isApproved: Bool) {
        let head = verified.head
        self.init(file: file, version: head.version, first: head.valid.lowerBound.daysSinceEpoch,
                  last: head.valid.upperBound.daysSinceEpoch, zones: head.zones, isApproved: isApproved)
    }

    /// As it stands once it runs.
    fileprivate var inForce: Record.Slot { Record.Slot(file: file, version: version, first: first, last: last, zones: zones) }
}
