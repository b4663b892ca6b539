using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PhoneBridge.Bridge.Storage.Migrations;

/// <inheritdoc />
internal sealed partial class FirstTables : Migration
{
    private static readonly string[] AttendanceOrder = ["Room", "At"];

    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "api_keys",
            columns: table => new
            {
                Id = table.Column<string>(type: "TEXT", nullable: false),
                Name = table.Column<string>(type: "TEXT", nullable: false),
                Digest = table.Column<byte[]>(type: "BLOB", nullable: false),
                CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                RevokedAt = table.Column<long>(type: "INTEGER", nullable: true)
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_api_keys", x => x.Id);
            });

        migrationBuilder.CreateTable(
            name: "attendance",
            columns: table => new
            {
                Meeting = table.Column<string>(type: "TEXT", nullable: false),
                Revision = table.Column<long>(type: "INTEGER", nullable: false),
                Part = table.Column<int>(type: "INTEGER", nullable: false),
                Room = table.Column<string>(type: "TEXT", nullable: false),
                At = table.Column<long>(type: "INTEGER", nullable: false),
                Kind = table.Column<int>(type: "INTEGER", nullable: false),
                ByKind = table.Column<int>(type: "INTEGER", nullable: false),
                ByParticipant = table.Column<string>(type: "TEXT", nullable: true),
                ByName = table.Column<string>(type: "TEXT", nullable: true),
                Participant = table.Column<string>(type: "TEXT", nullable: true),
                Role = table.Column<int>(type: "INTEGER", nullable: true),
                Label = table.Column<string>(type: "TEXT", nullable: true),
                MaskedNumber = table.Column<string>(type: "TEXT", nullable: true),
                Mutes = table.Column<int>(type: "INTEGER", nullable: true),
                Reason = table.Column<int>(type: "INTEGER", nullable: true),
                Stayed = table.Column<long>(type: "INTEGER", nullable: true),
                Talked = table.Column<long>(type: "INTEGER", nullable: true)
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_attendance", x => new { x.Meeting, x.Revision, x.Part });
            });

        migrationBuilder.CreateTable(
            name: "brake",
            columns: table => new
            {
                Id = table.Column<long>(type: "INTEGER", nullable: false)
                    .Annotation("Sqlite:Autoincrement", true),
                At = table.Column<long>(type: "INTEGER", nullable: false),
                Kind = table.Column<int>(type: "INTEGER", nullable: false),
                Caller = table.Column<byte[]>(type: "BLOB", nullable: true),
                Trunk = table.Column<string>(type: "TEXT", nullable: false)
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_brake", x => x.Id);
            });

        migrationBuilder.CreateTable(
            name: "identity",
            columns: table => new
            {
                Id = table.Column<int>(type: "INTEGER", nullable: false),
                Fingerprint = table.Column<byte[]>(type: "BLOB", nullable: false)
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_identity", x => x.Id);
            });

        migrationBuilder.CreateTable(
            name: "pins",
            columns: table => new
            {
                Digest = table.Column<byte[]>(type: "BLOB", nullable: false),
                RoomId = table.Column<string>(type: "TEXT", nullable: false),
                Role = table.Column<int>(type: "INTEGER", nullable: false),
                Encrypted = table.Column<byte[]>(type: "BLOB", nullable: true),
                RestsUntil = table.Column<long>(type: "INTEGER", nullable: true)
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_pins", x => x.Digest);
            });

        migrationBuilder.CreateTable(
            name: "rooms",
            columns: table => new
            {
                Number = table.Column<long>(type: "INTEGER", nullable: false)
                    .Annotation("Sqlite:Autoincrement", true),
                Id = table.Column<string>(type: "TEXT", nullable: true),
                Title = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                ChangedAt = table.Column<long>(type: "INTEGER", nullable: false),
                Version = table.Column<long>(type: "INTEGER", nullable: false),
                Language = table.Column<int>(type: "INTEGER", nullable: false),
                MuteOnEntry = table.Column<bool>(type: "INTEGER", nullable: false),
                MicsLocked = table.Column<bool>(type: "INTEGER", nullable: false),
                MaxParticipants = table.Column<int>(type: "INTEGER", nullable: false),
                MaxDuration = table.Column<long>(type: "INTEGER", nullable: false),
                RequireModerator = table.Column<bool>(type: "INTEGER", nullable: false),
                WaitingReminder = table.Column<long>(type: "INTEGER", nullable: false),
                MaxWait = table.Column<long>(type: "INTEGER", nullable: false)
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_rooms", x => x.Number);
            });

        migrationBuilder.CreateIndex(
            name: "IX_api_keys_Digest",
            table: "api_keys",
            column: "Digest",
            unique: true);

        migrationBuilder.CreateIndex(
            name: "IX_attendance_Room_At",
            table: "attendance",
            columns: AttendanceOrder);

        migrationBuilder.CreateIndex(
            name: "IX_brake_At",
            table: "brake",
            column: "At");

        migrationBuilder.CreateIndex(
            name: "IX_pins_RestsUntil",
            table: "pins",
            column: "RestsUntil");

        migrationBuilder.CreateIndex(
            name: "IX_pins_RoomId",
            table: "pins",
            column: "RoomId");

        migrationBuilder.CreateIndex(
            name: "IX_rooms_Id",
            table: "rooms",
            column: "Id",
            unique: true);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable(
            name: "api_keys");

        migrationBuilder.DropTable(
            name: "attendance");

        migrationBuilder.DropTable(
            name: "brake");

        migrationBuilder.DropTable(
            name: "identity");

        migrationBuilder.DropTable(
            name: "pins");

        migrationBuilder.DropTable(
            name: "rooms");
    }
}
