/// A row of values, one per index of a kind, in memory taken at `init`: the scan's own array, without reference counting.
public struct Dense<Index: DenseIndex, Element: BitwiseCopyable>: ~Copyable {
    public let count: Int
    @usableFromInline let elements: UnsafeMutablePointer<Element>

    public init(_ values: [Element]) {
        count = values.count
        elements = .allocate(capacity: max(count, 1))
        for (offset, value) in values.enumerated() { (elements + offset).initialize(to: value) }
    }

    public init(repeating value: Element, count: Int) {
        self.count = count
        elements = .allocate(capacity: max(count, 1))
        elements.initialize(repeating: value, count: count)
    }

    deinit { elements.deallocate() }

    /// Takes over every element of a row of the same length.
    public mutating func take(from other: borrowing Dense) {
        precondition(other.count == count)
        elements.update(from: other.elements, count: count)
    }

    /// - Precondition: the index is one of this row's.
    @inlinable public subscript(index: Index) -> Element {
        _read {
            precondition(index.offset < count)
            yield elements[index.offset]
        }
        _modify {
            precondition(index.offset < count)
            yield &elements[index.offset]
        }
    }

    @inlinable public subscript(offset: Int) -> Element {
        _read {
            precondition(offset >= 0 && offset < count)
            yield elements[offset]
        }
        _modify {
            precondition(offset >= 0 && offset < count)
            yield &elements[offset]
        }
    }
}
