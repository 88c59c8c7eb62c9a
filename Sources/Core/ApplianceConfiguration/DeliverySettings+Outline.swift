extension DeliverySettings {
  /// What some file gives; what is as the appliance does it is not said of each push.
  func outline() -> [OutlineNode] {
    DeliveryField.all.compactMap { field in
      guard let setting = field[self], setting.state != .absent else { return nil }
      return OutlineNode(field.outlineName, .value(setting))
    }
  }
}
