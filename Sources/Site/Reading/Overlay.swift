/// One file laid over another: what a schedule says in place of what the site file has.
extension Entry {
    /// The entry of a key of a map; `nil` where it is none.
    subscript(key: String) -> Entry? {
        guard case .map(let pairs) = value else { return nil }
        return pairs.first { $0.key == key }?.entry
    }

    /// The same place with other keys in place of its own, or beside them. What is no map stays as it is.
    func with(_ others: [(key: String, entry: Entry)]) -> Entry {
        guard case .map(let pairs) = value else { return self }
        let kept = pairs.filter { pair in !others.contains { $0.key == pair.key } }
        return Entry(file: file, line: line, path: path, report: report, value: .map(kept + others))
    }

    /// Another file's map over this one, key by key.
    func overlaid(by other: Entry) -> Entry {
        guard case .map(let pairs) = other.value else { return self }
        return with(pairs)
    }

    /// The items of a map, each joined with what another map says of it. What the other says of items that are not here is left out.
    func joined(with other: Entry, _ join: (_ own: Entry, _ new: Entry) -> Entry) -> Entry {
        guard case .map(let pairs) = value else { return self }
        return with(pairs.compactMap { key, own in other[key].map { (key: key, entry: join(own, $0)) } }).inOrder(of: pairs.map(\.key))
    }

    /// Numbers of things follow their places in the file.
    private func inOrder(of keys: [String]) -> Entry {
        let pairs = keys.compactMap { key in self[key].map { (key: key, entry: $0) } }
        return Entry(file: file, line: line, path: path, report: report, value: .map(pairs))
    }
}
