using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace PhoneBridge.Bridge.Storage;

/// <summary>The tables. Changed by migrations only, which are applied at every start.</summary>
internal sealed class BridgeDbContext(DbContextOptions<BridgeDbContext> options) : DbContext(options)
{
    public DbSet<IdentityRow> Identity => Set<IdentityRow>();

    public DbSet<RoomRow> Rooms => Set<RoomRow>();

    public DbSet<PinRow> Pins => Set<PinRow>();

    public DbSet<BrakeRow> Brake => Set<BrakeRow>();

    public DbSet<AttendanceRow> Attendance => Set<AttendanceRow>();

    public DbSet<CallRow> Calls => Set<CallRow>();

    public DbSet<ApiKeyRow> ApiKeys => Set<ApiKeyRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<IdentityRow>(table =>
        {
            table.ToTable("identity");
            table.Property(row => row.Id).ValueGeneratedNever();
        });
        modelBuilder.Entity<RoomRow>(table =>
        {
            table.ToTable("rooms");
            table.HasKey(row => row.Number);
            table.HasIndex(row => row.Id).IsUnique();
            table.Property(row => row.Title).HasMaxLength(PhoneBridge.Rooms.Room.MaxTitleLength);
        });
        modelBuilder.Entity<PinRow>(table =>
        {
            table.ToTable("pins");
            table.HasKey(row => row.Digest);
            table.HasIndex(row => row.RoomId);
            table.HasIndex(row => row.RestsUntil);
        });
        modelBuilder.Entity<BrakeRow>(table =>
        {
            table.ToTable("brake");
            table.HasIndex(row => row.At);
        });
        modelBuilder.Entity<AttendanceRow>(table =>
        {
            table.ToTable("attendance");
            table.HasKey(row => new { row.Meeting, row.Revision, row.Part });
            table.HasIndex(row => new { row.Room, row.At });
        });
        modelBuilder.Entity<CallRow>(table =>
        {
            table.ToTable("calls");
            table.HasIndex(row => new { row.Room, row.Id });
            table.HasIndex(row => new { row.End, row.Id });
            table.Property(row => row.Direction).HasConversion<string>();
            table.Property(row => row.Transport).HasConversion<string>();
            table.Property(row => row.End).HasConversion<string>();
        });
        modelBuilder.Entity<ApiKeyRow>(table =>
        {
            table.ToTable("api_keys");
            table.HasIndex(row => row.Digest).IsUnique();
        });
    }
}

/// <summary>Lets the migrations tool see the tables without starting a bridge.</summary>
internal sealed class BridgeDbContextFactory : IDesignTimeDbContextFactory<BridgeDbContext>
{
    /// <inheritdoc/>
    public BridgeDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<BridgeDbContext>().UseSqlite("Data Source=:memory:").Options);
}
