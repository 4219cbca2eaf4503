print("fordring")
